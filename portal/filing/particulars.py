"""The particulars of an application as plain data: what is kept, compared and printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol


class HasParticulars(Protocol):
    """What an application must offer to be written down."""

    @property
    def lines(self) -> Any:
        """The goods lines in order."""
        ...

    @property
    def more_invoices(self) -> Any:
        """The invoices after the first, in order."""
        ...

    @property
    def evidence(self) -> Any:
        """The papers of foreign origin, in order."""
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
# Came later: written down only where something is said, so that older signatures still stand for
# the same text.
MORE_FIELDS = (
    "kind",
    "trade",
    "origin_country",
    "replaces_number",
    "replaces_date",
    "replacement_reason",
    "retrospective_reason",
    "branch_name",
    "branch_address",
    "branch_gstin",
    "notify_name",
    "notify_address",
    "notify_country",
    "invoicing_name",
    "invoicing_country",
    "loading_abroad",
    "final_destination",
    "transport_document",
    "transport_document_date",
    "invoice_total",
    "credit_number",
    "credit_date",
    "clause",
)
SAID_BY_DEFAULT = {"kind": "non_preferential", "producer": "same"}
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
MORE_LINE_FIELDS = (
    "operations",
    "processing",
    "producer",
    "producer_name",
    "producer_address",
    "invoice",
)
INPUT_FIELDS = ("name", "hs_code", "country")
INVOICE_FIELDS = ("number", "dated")
EVIDENCE_FIELDS = ("kind", "number", "dated", "issuer")


def written_down(application: HasParticulars) -> str:
    """The particulars as canonical JSON: the same facts always give the same text."""
    return json.dumps(as_data(application), sort_keys=True, ensure_ascii=False)


def as_data(application: HasParticulars) -> dict[str, Any]:
    """The particulars as plain data, days as ISO text: what the JSON of a kept version holds."""
    facts: dict[str, Any] = {name: _plain(getattr(application, name)) for name in FIELDS}
    facts |= _said(application, MORE_FIELDS)
    facts["lines"] = [_line(line) for line in application.lines]
    for name, rows, columns in (
        ("more_invoices", application.more_invoices, INVOICE_FIELDS),
        ("evidence", application.evidence, EVIDENCE_FIELDS),
    ):
        if rows:
            facts[name] = [{c: _plain(getattr(row, c)) for c in columns} for row in rows]
    facts["documents"] = _documents(application.attachments)
    return facts


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
    for name in (*FIELDS, *MORE_FIELDS):
        if before.get(name) != after.get(name):
            yield name, str(before.get(name) or ""), str(after.get(name) or "")
    for kind in sorted(before["documents"].keys() | after["documents"].keys()):
        old, new = before["documents"].get(kind), after["documents"].get(kind)
        if old != new:
            yield kind, (old or {}).get("name", ""), (new or {}).get("name", "")
    for name in ("more_invoices", "evidence"):
        if before.get(name) != after.get(name):
            yield name, _listed(before.get(name)), _listed(after.get(name))
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
            yield from _changed(f"line {position}", old[position], new[position])


def _changed(
    where: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for name in (*LINE_FIELDS, *MORE_LINE_FIELDS):
        if before.get(name) != after.get(name):
            old, new = before.get(name) or "", after.get(name) or ""
            yield f"{where}: {name}", str(old), str(new)
    if before.get("inputs") != after.get("inputs"):
        yield f"{where}: inputs", _listed(before.get("inputs")), _listed(after.get("inputs"))


def _listed(rows: list[dict[str, Any]] | None) -> str:
    return "\n".join(", ".join(str(part) for part in row.values()) for row in rows or ())


def _documents(attachments: Iterable[Any]) -> dict[str, Any]:
    """By kind; where there are several of one, each after the first bears its number."""
    found: dict[str, Any] = {}
    for one in attachments:
        before = sum(kind.split(" ")[0] == one.kind for kind in found)
        kind = f"{one.kind} {before + 1}" if before else one.kind
        found[kind] = {"name": one.name, "sha256": one.sha256}
    return found


def _line(line: Any) -> dict[str, Any]:
    facts = {name: getattr(line, name) for name in LINE_FIELDS} | _said(line, MORE_LINE_FIELDS)
    if line.inputs:
        facts["inputs"] = [{c: getattr(row, c) for c in INPUT_FIELDS} for row in line.inputs]
    return facts


def _said(what: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Those of some fields in which something stands that isn't so by default."""
    found = {name: _plain(getattr(what, name)) for name in names}
    return {n: v for n, v in found.items() if v and v != SAID_BY_DEFAULT.get(n)}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
