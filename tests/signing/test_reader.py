"""The one reader of what lies in a signed PDF: whatever was bent, it says no."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import Refused
from portal.signing.cms import cut_out

DER = b"\x30\x03\x02\x01\x07"
HEAD = b"%PDF-1.7\n<</Type/Sig/Contents "


def a_file(filling: bytes = DER + bytes(3), end: bytes = b"\n%%EOF", change: int = 0) -> bytes:
    """The least that a reader takes: a byte range that counts right, and a filled room."""
    room = b"<" + filling.hex().encode() + b">"
    tail = b"/ByteRange [0 %d %d %d]>>" + end
    resumed = len(HEAD) + len(room)
    for rest in range(200):  # the range counts its own digits
        made = tail % (len(HEAD), resumed + change, rest)
        if len(made) == rest:
            return HEAD + room + made
    raise AssertionError("no such file")


def test_digest_room_and_signature_are_read() -> None:
    pdf = a_file()
    found = cut_out(pdf)
    rest = pdf[found.room_to :]
    assert pdf[found.room_from : found.room_to] == b"<" + (DER + bytes(3)).hex().encode() + b">"
    assert found.digest == hashlib.sha256(HEAD + rest).digest()
    assert found.der == DER


@pytest.mark.parametrize(
    "pdf",
    [
        b"%PDF-1.7",
        a_file() + b"\n%junk",
        a_file(end=b"/ByteRange [0 1 2 3]%%EOF"),
        a_file(change=-1),
        a_file(change=2),
        a_file().replace(b"[0 ", b"[1 "),
        a_file().replace(b"<3003", b"<30g3"),
        a_file().replace(b"000>", b"00>>"),
    ],
    ids=["none", "junk", "two", "inside", "behind", "start", "no hex", "odd"],
)
def test_a_file_that_is_not_covered_whole_is_refused(pdf: bytes) -> None:
    with pytest.raises(Refused):
        cut_out(pdf)


@pytest.mark.parametrize("filling", [b"", DER + b"\1", DER[:-1], b"\x30\x84\xff\xff"])
def test_a_room_with_anything_else_holds_no_signature(filling: bytes) -> None:
    with pytest.raises(Refused):
        _ = cut_out(a_file(filling)).der


@settings(max_examples=200)
@given(at=st.integers(0, len(a_file()) - 1), value=st.integers(0, 255))
def test_a_changed_byte_is_refused_or_shows(at: int, value: int) -> None:
    pdf = a_file()
    bent = pdf[:at] + bytes([value]) + pdf[at + 1 :]
    try:
        found = cut_out(bent)
    except Refused:
        return
    same = cut_out(pdf)
    if bent != pdf:
        assert (found.digest, found.filling) != (
            same.digest,
            same.filling,
        ) or bent.lower() == pdf.lower()
