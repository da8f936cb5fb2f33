"""Forms for lists: sending one, naming its columns, putting its cells right, taking its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FileField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired

from portal.core.errors import Problem
from portal.core.grids import tidy
from portal.filing.rules.columns import Column
from portal.web.forms import LinesField, PortalForm, TextField, choices

ADD, REPLACE = "add", "replace"
SKIP, AGAIN = "skip", "again"
_CELL = re.compile(r"c(\d{1,7})_([a-z_]{1,40})")


class ListForm(PortalForm):
    """Goods lines as a file, or copied from a spreadsheet."""

    file = FileField(_("A file: CSV or XLSX, 5 MB and 1,000 lines at most"))
    # Blanks at its ends are empty cells and stay.
    pasted = TextAreaField(_("Or the rows themselves, copied from a spreadsheet"))


class BatchForm(ListForm):
    """Applications as a file, and who shall issue all of them."""

    office = SelectField(
        _("Agency and office"), [InputRequired(_("Choose the office that shall issue."))]
    )


class TakeForm(PortalForm):
    """Where sound rows of goods lines go."""

    mode = RadioField(
        _("The draft has lines already"),
        choices=choices(
            [(ADD, _("Add these after them")), (REPLACE, _("Put these in their place"))]
        ),
        default=ADD,
    )


class TakeBatchForm(PortalForm):
    """What becomes of references that the firm has files of already."""

    there = RadioField(
        _("References that you have already"),
        choices=choices([(SKIP, _("Leave them out")), (AGAIN, _("Make them once more"))]),
        default=SKIP,
    )


def cell_name(line: int, column: str) -> str:
    """How the field of a cell is called."""
    return f"c{line}_{column}"


def rows_form(cells: Mapping[int, Mapping[Column, tuple[str, Problem | None]]]) -> PortalForm:
    """A field for each cell, `{line: {column: (text, problem)}}`, with what is wrong beside it."""
    fields: dict[str, TextField | LinesField] = {}
    data: dict[str, str] = {}
    for line, columns in cells.items():
        for column, (text, _problem) in columns.items():
            label = _("%(column)s, row %(line)s", column=_(column.label), line=line)
            kind = LinesField if column.lines > 1 else TextField
            fields[cell_name(line, column.name)] = kind(label)
            data[cell_name(line, column.name)] = text
    form: PortalForm = type("RowsForm", (PortalForm,), fields)(None, data=data)
    for line, columns in cells.items():
        for column, (_text, problem) in columns.items():
            if problem is not None:
                form.refuse(cell_name(line, column.name), problem)
    return form


def sent_cells(form: MultiDict[str, str]) -> dict[int, dict[str, str]]:
    """The cells that a form sent, however many rows it had: `{line: {column: text}}`."""
    found: dict[int, dict[str, str]] = {}
    for name, text in form.items():
        if match := _CELL.fullmatch(name):
            found.setdefault(int(match[1]), {})[match[2]] = tidy(text)
    return found


def sent_line(form: MultiDict[str, str], name: str) -> tuple[int, ...]:
    """The line that a button names."""
    value = form.get(name, "")
    return (int(value),) if re.fullmatch(r"\d{1,7}", value) else ()


def columns_form(
    columns: tuple[str, ...], words: Iterable[str], offered: tuple[Column, ...], *, ask_head: bool
) -> PortalForm:
    """A choice for each column of a list; `words` say what stands in each."""
    pairs = choices([(c.name, _(c.label)) for c in offered], str(_("Not used")))
    fields: dict[str, SelectField | BooleanField] = {}
    for place, word in enumerate(words):
        label = _("Column %(number)s: %(words)s", number=place + 1, words=word)
        fields[f"column{place}"] = SelectField(label, choices=pairs, validate_choice=False)
    if ask_head:
        fields["head"] = BooleanField(_("The first row names the columns; it is no goods line"))
    data = {f"column{place}": name for place, name in enumerate(columns)}
    form: PortalForm = type("ColumnsForm", (PortalForm,), fields)(None, data=data)
    return form
