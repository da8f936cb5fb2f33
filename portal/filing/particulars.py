"""The particulars of an application as plain data: what is kept, compared and printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol


class HasParticulars(Protocol):
    """What an application must offer to be written down."""

    @property
    def lines(self) -> Any:
        """The goods lines in order."""
        ...

    @property
    def attachments(self) -> Any:
        """The present documents."""
        ...


FIELDS = (
    "consignee_name",
    "consignee_address",
    "consignee_country",
    "transport_mode",
    "vessel",
    "departs_on",
    "port_of_loading",
    "port_of_discharge",
    "destination_country",
    "invoice_number",
    "invoice_date",
    "currency",
    "incoterm",
    "signatory",
    "signatory_designation",
    "declaration_place",
)
LINE_FIELDS = (
    "position",
    "hs_code",
    "description",
    "marks",
    "packages",
    "package_kind",
    "quantity",
    "unit",
    "gross_weight",
    "net_weight",
    "fob_minor",
    "criterion",
)


def written_down(application: HasParticulars) -> str:
    """The particulars as canonical JSON: the same facts always give the same text."""
    facts: dict[str, Any] = {name: _plain(getattr(application, name)) for name in FIELDS}
    facts["lines"] = [
        {name: getattr(line, name) for name in LINE_FIELDS} for line in application.lines
    ]
    facts["documents"] = {
        a.kind: {"name": a.name, "sha256": a.sha256} for a in application.attachments
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)


def fingerprint(text: str) -> str:
    """The SHA-256 of particulars that were written down."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_of(application: HasParticulars) -> str:
    """The SHA-256 of an application's particulars: what a signature over it stands for."""
    return fingerprint(written_down(application))


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    """What changed between two versions, as (where, before, after) in plain text."""
    for name in FIELDS:
        if before.get(name) != after.get(name):
            yield name, str(before.get(name) or ""), str(after.get(name) or "")
    for kind in sorted(before["documents"].keys() | after["documents"].keys()):
        old, new = before["documents"].get(kind), after["documents"].get(kind)
        if old != new:
            yield kind, (old or {}).get("name", ""), (new or {}).get("name", "")
    yield from _line_differences(before["lines"], after["lines"])


def _line_differences(
    before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Iterator[tuple[str, str, str]]:
    old = {line["position"]: line for line in before}
    new = {line["position"]: line for line in after}
    for position in sorted(old.keys() | new.keys()):
        if position not in new:
            yield f"line {position}", old[position]["description"], ""
        elif position not in old:
            yield f"line {position}", "", new[position]["description"]
        else:
            for name in LINE_FIELDS:
                if old[position][name] != new[position][name]:
                    where = f"line {position}: {name}"
                    yield where, str(old[position][name]), str(new[position][name])


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
