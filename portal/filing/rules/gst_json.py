"""Reads JSON that somebody sent, within bounds, and says where it is wrong."""

from __future__ import annotations

import base64
import binascii
import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.core.errors import Invalid
from portal.core.words import N_

MAX_DEPTH, MAX_NODES = 20, 100_000
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_TOO_DEEP = N_("The JSON is nested deeper than %(most)s levels; an e-invoice is not.")


class Unreadable(Invalid):
    """What was sent is no e-invoice that can be read; the message says why and where."""


def text_of(raw: bytes) -> str:
    """The text of a file in UTF-8 or UTF-16. Raises Unreadable."""
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding).strip()
    except UnicodeDecodeError as error:
        raise Unreadable(
            N_("This is no text (byte %(place)s). Send the JSON file of the e-invoice, no PDF."),
            code="not_text",
            place=error.start + 1,
        ) from None


def parsed(text: str) -> Any:
    """The value of a JSON text, or of the payload of a signed one."""
    if not text:
        raise Unreadable(N_("Choose the JSON file of the e-invoice, or paste it."), code="empty")
    if _JWT.fullmatch(text):
        text = _payload(text)
    try:
        found = json.loads(
            text, parse_float=number_of, parse_int=number_of, parse_constant=_refused
        )
    except json.JSONDecodeError as error:
        raise Unreadable(
            N_(
                "This isn't right JSON: it goes wrong at line %(line)s, column %(column)s. Send "
                "the file as it was downloaded."
            ),
            code="bad_json",
            line=error.lineno,
            column=error.colno,
        ) from None
    except RecursionError:
        raise Unreadable(_TOO_DEEP, code="too_deep", most=MAX_DEPTH) from None
    _check_bounds(found)
    return found


def _payload(token: str) -> str:
    part = token.split(".")[1]
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
    except (binascii.Error, ValueError):
        raise Unreadable(
            N_("The signed invoice can't be unpacked: its middle part is cut off or changed."),
            code="bad_token",
        ) from None


def number_of(text: str) -> Decimal:
    """A figure as a decimal; not a number where none can be read."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _refused(name: str) -> Any:
    raise Unreadable(N_("“%(name)s” is no figure in JSON."), code="bad_json", name=name)


def _check_bounds(value: Any) -> None:
    """Raise Unreadable for nesting, size and characters that no e-invoice has."""
    nodes, level = 0, [value]
    for _depth in range(MAX_DEPTH):
        nodes += len(level)
        if nodes > MAX_NODES:
            raise Unreadable(N_("The JSON holds far more than an invoice does."), code="too_many")
        for text in (one for one in level if isinstance(one, str)):
            if re.search("[\0\ud800-\udfff]", text):
                raise Unreadable(
                    N_("A character that can't be kept stands in “%(where)s”."),
                    code="bad_character",
                    where=re.sub("[\0\ud800-\udfff]", "?", text[:40]),
                )
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise Unreadable(_TOO_DEEP, code="too_deep", most=MAX_DEPTH)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []
