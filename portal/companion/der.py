"""Reads DER strictly (X.690, 10): one way to write each value, and every byte accounted for."""

from __future__ import annotations

from dataclasses import dataclass

SEQUENCE, SET, OID, OCTET_STRING = 0x30, 0x31, 0x06, 0x04
_CONSTRUCTED = 0x20
_MULTI_BYTE_TAG = 0x1F
_MOST_DEPTH = 24
_MOST_LENGTH_BYTES = 3


class NotDer(ValueError):
    """The bytes are not DER."""


@dataclass(frozen=True)
class Value:
    """One value: its tag (one byte), its content, and itself as it was written."""

    tag: int
    content: bytes
    whole: bytes


def one(data: bytes, tag: int) -> Value:
    """The only value in `data`, with that tag. Raises NotDer."""
    values = several(data)
    if len(values) != 1 or values[0].tag != tag:
        raise NotDer(f"one value with the tag {tag:#x} is expected")
    return values[0]


def several(data: bytes, depth: int = 0) -> list[Value]:
    """The values that `data` consists of, each checked to its ground. Raises NotDer."""
    if depth > _MOST_DEPTH:
        raise NotDer("nested too deeply")
    values = []
    while data:
        value = _first(data)
        if value.tag & _CONSTRUCTED:
            inner = several(value.content, depth + 1)
            if value.tag == SET:
                _check_order(inner)
        values.append(value)
        data = data[len(value.whole) :]
    return values


def _first(data: bytes) -> Value:
    if len(data) < 2 or data[0] & _MULTI_BYTE_TAG == _MULTI_BYTE_TAG:
        raise NotDer("no value, or a tag of several bytes")
    length, start = _length(data)
    if start + length > len(data):
        raise NotDer("a value is cut off")
    return Value(data[0], data[start : start + length], data[: start + length])


def _length(data: bytes) -> tuple[int, int]:
    """Length of the content, and where it starts."""
    if data[1] < 0x80:
        return data[1], 2
    count = data[1] & 0x7F
    if not 1 <= count <= _MOST_LENGTH_BYTES or len(data) < 2 + count:
        raise NotDer("a length is missing, endless or too large")
    length = int.from_bytes(data[2 : 2 + count], "big")
    if length < 0x80 or data[2] == 0:
        raise NotDer("a length is longer than needed")
    return length, 2 + count


def _check_order(values: list[Value]) -> None:
    written = [value.whole for value in values]
    if written != sorted(written) or len(set(written)) != len(written):
        raise NotDer("a set is not in order")
