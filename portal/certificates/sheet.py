"""The particulars that a certificate prints, frozen, so that it can be made again years later."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Party:
    """A firm as boxes 1 and 2 name it."""

    name: str
    address_lines: tuple[str, ...]
    country: str


@dataclass(frozen=True)
class SheetLine:
    """One goods line, boxes 5 to 10, in the words that are printed."""

    item: int
    marks: str
    packages: str
    description: str
    hs_code: str
    criterion: str
    quantity: str
    invoice: str


@dataclass(frozen=True)
class SheetImage:
    """A picture that is printed by box 11, by its file: `use` is "stamp" or "signature"."""

    use: str
    storage_key: str
    sha256: str


@dataclass(frozen=True)
class Sheet:
    """Everything a certificate prints, already worded; dates and quantities are text.

    Layout: Annexure-II to Appendix 2E (12 boxes). `specimen` prints SPECIMEN, NOT VALID.
    `origin_country` is the foreign country on a back-to-back certificate, which must not say INDIA.
    Since NP-2: `branch` and `notify` are none or one; `declares` is box 12's sentence, its parts
    plain and bold in turn; `notes` stand in box 7 beneath the goods; `draft` prints that it is one,
    without number, code and seal.
    """

    title: str
    number: str
    check_code: str
    specimen: bool
    revision: str
    agency: str
    office: str
    office_address: str
    exporter: Party
    exporter_iec: str
    consignee: Party
    transport: tuple[str, ...]
    official_use: str
    lines: tuple[SheetLine, ...]
    importing_country: str
    declaration_place: str
    declaration_date: str
    signatory: str
    signatory_designation: str
    certification_place: str
    certified_on: str
    officer: str
    officer_designation: str
    application_number: str
    verify_url: str
    qr_url: str
    origin_country: str = "INDIA"
    images: tuple[SheetImage, ...] = ()
    branch: tuple[Party, ...] = ()
    notify: tuple[Party, ...] = ()
    declares: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    draft: bool = False


# Came later: where nothing is said in them they aren't written, so that older sheets stay the same.
_LATER = ("images", "branch", "notify", "declares", "notes", "draft")


def to_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as plain dicts, lists, text, numbers and truth values.

    What came later and isn't there is left out: a sheet is written as when there was none of it.
    """
    plain = _plain(sheet)
    assert isinstance(plain, dict)
    return {name: value for name, value in plain.items() if value or name not in _LATER}


def from_json(data: Mapping[str, Any]) -> Sheet:
    """The sheet that `to_json` wrote. Raises ValueError where a field is missing or misshapen."""
    try:
        sheet = _built(Sheet, data)
    except (TypeError, KeyError, AttributeError) as problem:
        raise ValueError(f"not the particulars of a certificate: {problem}") from problem
    assert isinstance(sheet, Sheet)
    return sheet


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _built(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        if strange := value.keys() - hints.keys():
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(strange))}")
        return kind(**{name: _built(hints[name], part) for name, part in value.items()})
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list | tuple):
            raise TypeError(f"a list was expected, not {type(value).__name__}")
        return tuple(_built(typing.get_args(kind)[0], part) for part in value)
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} was expected, not {type(value).__name__}")
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return types.MappingProxyType(typing.get_type_hints(kind))
