"""What the forms of all sections share: fields that are kept one by one, and lists of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import DateField, FieldList
from wtforms.fields.core import Field

from portal.filing.rules.sections import LISTS, MOST_ROWS, SECTION_FIELDS
from portal.identity.rules import holds_aadhaar
from portal.web.forms import PortalForm, with_name

Rows = list[dict[str, str]]


class SectionForm(PortalForm):
    """One section. Its fields are columns of the application, lists of rows, or the branch."""

    section: ClassVar[str] = ""
    # A field with the tick that says something of it: both travel together.
    TICKS: ClassVar[Mapping[str, str]] = {}

    def fields(self) -> Iterator[str]:
        """The fields that this application has in the section, in order."""
        return (name for name in SECTION_FIELDS[self.section] if name in self)

    def names(self, field: str) -> tuple[str, ...]:
        """What a field consists of in the form: itself, and its tick."""
        return (field, self.TICKS[field]) if field in self.TICKS else (field,)

    def stored(self, field: str) -> Any:
        """The value of a field as the application keeps it."""
        found = self[field]
        if isinstance(found, FieldList):
            return tuple(tuple(row[c] for c in LISTS[field]) for row in found.data)
        return found.data if isinstance(found, DateField) else found.data or ""

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Stored values as the form's fields want them."""
        return {
            name: [dict(zip(LISTS[name], row, strict=True)) for row in value]
            if name in LISTS
            else value
            for name, value in values.items()
        }

    def says(self, field: str) -> bool:
        """Whether anything stands in a field of the form, or in a row of its list."""
        found = self[field]
        if isinstance(found, FieldList):
            return any(any(row.values()) for row in found.data)
        return bool(found.data)

    def faults(self, field: str) -> list[tuple[str, str]]:
        """What is wrong with a field: the id of the place and the message."""
        return [(f.id, str(e)) for name in self.names(field) for f, e in _faults(self[name])]

    def top_errors(self) -> list[tuple[str, str]]:
        """All messages with the id of their field, those of rows at the row's own field."""
        found = [("", str(e)) for e in self.form_errors]
        return found + [(f.id, with_name(f, e)) for field in self for f, e in _faults(field)]

    def open_lists(self) -> None:
        """Below each list one empty row, so that a further one can be typed without script."""
        for name in LISTS:
            if name in self and len(self[name]) < MOST_ROWS[name]:
                self[name].append_entry()


def typed_rows(sent: MultiDict[str, str], name: str, leave_out: int | None = None) -> Rows:
    """The rows of a list as they were typed, without empty ones and the one to leave out."""
    found: dict[int, dict[str, str]] = {}
    for key, value in sent.items():
        parts = re.fullmatch(rf"{name}-([0-9]{{1,3}})-([a-z_]+)", key)
        if parts and parts[2] in LISTS[name]:
            found.setdefault(int(parts[1]), {})[parts[2]] = value
    return [
        found[at]
        for at in sorted(found)
        if at != leave_out and any(value.strip() for value in found[at].values())
    ][: MOST_ROWS[name]]


def numbered(rows: Rows, name: str) -> dict[str, str]:
    """Rows of a list by the names that their fields have in a form."""
    return {f"{name}-{at}-{part}": v for at, row in enumerate(rows) for part, v in row.items()}


def may_be_kept(typed: Mapping[str, str]) -> bool:
    """Whether what was typed may be kept until it is put right: an Aadhaar number never is."""
    return not any(holds_aadhaar(text) for text in typed.values())


def _faults(field: Field) -> Iterator[tuple[Field, object]]:
    if isinstance(field, FieldList):
        yield from ((field, e) for e in field.errors if isinstance(e, str))
        for row in field:
            yield from (fault for part in row for fault in _faults(part))
    else:
        yield from ((field, e) for e in field.errors)
