"""Judges one uploaded file in a process of its own that can open nothing and change nothing.

Run as `python -I judge_pdf.py`: the upload on stdin, one JSON line on stdout. It imports nothing
of ours but what confines it, so that what breaks out of the PDF library finds nothing to use.
"""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

confine = runpy.run_path(str(Path(__file__).with_name("confining.py")))["confine"]

MAX_PAGES = 200
MAX_OBJECTS = 50_000
MAX_NESTING = 100
MAX_INFLATED_BYTES = 512 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024

MAGIC = (
    (b"\xff\xd8\xff", "is_jpeg"),
    (b"\x89PNG\r\n\x1a\n", "is_png"),
    (b"GIF8", "is_image"),
    (b"II*\x00", "is_image"),
    (b"MM\x00*", "is_image"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is_office"),
)
OFFICE_PARTS = (b"[Content_Types].xml", b"application/vnd.oasis.opendocument")
# The brands of HEIF files that phones write.
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg|meta)\b", re.IGNORECASE)
FORM_ACTIONS = ("/SubmitForm", "/ImportData")
MEDIA = ("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")


class Rejected(Exception):
    """The file can't be accepted; the argument is the code."""


def load_library() -> None:
    """Load the PDF library with all it opens later: nothing can be opened in confinement.

    It opens its source of random numbers with the first cipher, so one small PDF is encrypted; the
    reader of archives loads its code page with the first name.
    """
    import pikepdf

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x", "")
    _is_archive(packed.getvalue())
    with pikepdf.new() as pdf:
        pdf.save(io.BytesIO(), encryption=pikepdf.Encryption(user="", owner=""))


def sniff(content: bytes) -> str:
    """What a file is by its first bytes: `pdf`, or the code that names what it is instead."""
    if not content:
        return "empty"
    for magic, code in MAGIC:
        if content.startswith(magic):
            return code
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    if content[4:8] == b"ftyp" or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return "is_heic" if content[8:12] in HEIC else "is_image"
    head = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if re.match(rb"<(!doctype\s+html|html|head|body)\b", head, re.IGNORECASE):
        return "is_html"
    if b"%PDF-" in content[:1024]:
        return _kind_of_pdf(content, head)
    return "is_text" if _is_text(content[:4096]) else "not_pdf"


def judge(content: bytes) -> dict[str, object]:
    """The verdict on a file: code, pages, objects. Raises Rejected, MemoryError, PDF errors."""
    kind = sniff(content)
    if kind != "pdf":
        raise Rejected(kind)
    with _opened(content) as pdf:
        pages = _pages_of(pdf)
        objects = _objects_of(pdf)
        for thing in objects:
            _refuse_active(thing)
        _refuse_bombs(objects)
        return {"ok": True, "code": "ok", "pages": pages, "objects": len(objects)}


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\f\r\x1b" for byte in head)


def _kind_of_archive(content: bytes) -> str:
    return "is_office" if any(part in content for part in OFFICE_PARTS) else "is_zip"


def _kind_of_pdf(content: bytes, head: bytes) -> str:
    return "is_two_things" if MARKUP.search(head) or _is_archive(content) else "pdf"


def _is_archive(content: bytes) -> bool:
    """Whether it opens as a ZIP archive, too: those are read from their end."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def _opened(content: bytes) -> Any:
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(content))
    if pdf.is_encrypted:
        raise Rejected("owner_password")
    return pdf


def _pages_of(pdf: Any) -> int:
    pages = len(pdf.pages)
    if not pages:  # A torn file is often "mended" into one without pages.
        raise Rejected("damaged" if pdf.get_warnings() else "no_pages")
    if pages > MAX_PAGES:
        raise Rejected("too_many_pages")
    return pages


def _objects_of(pdf: Any) -> list[Any]:
    objects = []
    for thing in pdf.objects:
        objects.append(thing)
        if len(objects) > MAX_OBJECTS:
            raise Rejected("too_many_objects")
    return objects


def _refuse_active(thing: Any) -> None:
    for part in _dictionaries(thing, MAX_NESTING):
        kind, action = str(part.get("/Subtype", "")), str(part.get("/S", ""))
        if "/JS" in part or action == "/JavaScript" or "/JavaScript" in part:
            raise Rejected("has_script")
        if action == "/Launch":
            raise Rejected("has_launch")
        if action in FORM_ACTIONS:
            raise Rejected("has_submit")
        if "/EF" in part or kind == "/FileAttachment" or "/EmbeddedFiles" in part:
            raise Rejected("has_attachment")
        if "/XFA" in part:
            raise Rejected("has_xfa")
        if kind in MEDIA:
            raise Rejected("has_media")


def _dictionaries(thing: Any, depth: int) -> Iterator[Any]:
    """The dictionaries directly inside an object; indirect ones have their own turn."""
    import pikepdf

    if depth == 0:
        raise Rejected("too_costly")
    if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
        part = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
        yield part
        inner = [value for _, value in part.items()]
    elif isinstance(thing, pikepdf.Array):
        inner = list(thing)
    else:
        return
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _dictionaries(value, depth - 1)


def _refuse_bombs(objects: list[Any]) -> None:
    import pikepdf

    left = MAX_INFLATED_BYTES
    for thing in objects:
        if isinstance(thing, pikepdf.Stream):
            left -= _inflated_size(thing, left)
            if left < 0:
                raise Rejected("too_costly")


def _inflated_size(stream: Any, most: int) -> int:
    """How many bytes a stream holds once inflated; stops somewhat past `most`."""
    filters = _filters_of(stream)
    if not filters or filters[0] != "/FlateDecode":
        return _decoded_size(stream)
    size = _unzipped_size(stream.read_raw_bytes(), most)
    return size if len(filters) == 1 or size > most else size + _decoded_size(stream)


def _unzipped_size(data: bytes, most: int) -> int:
    """In small steps, so that a large but honest scan needs little memory."""
    inflate, size = zlib.decompressobj(), 0
    while data and not inflate.eof and size <= most:
        try:
            size += len(inflate.decompress(data, CHUNK_BYTES))
        except zlib.error:
            break
        data = inflate.unconsumed_tail
    return size


def _decoded_size(stream: Any) -> int:
    import pikepdf

    try:
        return len(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.PdfError as error:
        if _ran_out(error):
            raise
        return 0  # A picture's own coding (JPEG, fax) or a torn stream: not inflated here.


def _filters_of(stream: Any) -> list[str]:
    import pikepdf

    filters = stream.stream_dict.get("/Filter")
    if isinstance(filters, pikepdf.Array):
        return [str(name) for name in filters]
    return [] if filters is None else [str(filters)]


def _ran_out(error: Exception) -> bool:
    """Whether the PDF library ran into the memory limit: it tells so only in words."""
    return isinstance(error, MemoryError) or "bad_alloc" in str(error)


def _code_of(error: Exception) -> str:
    import pikepdf

    if isinstance(error, Rejected):
        return str(error)
    if _ran_out(error):
        return "too_costly"
    if isinstance(error, pikepdf.PasswordError):
        return "needs_password"
    return "damaged" if isinstance(error, pikepdf.PdfError) else "unreadable"


def main() -> None:
    """Confine, read, judge, write one line."""
    try:
        load_library()
        confine()
    except Exception:
        print(json.dumps({"ok": False, "code": "not_checked", "pages": 0}))
        return
    try:
        verdict = judge(sys.stdin.buffer.read())
    except Exception as error:
        verdict = {"ok": False, "code": _code_of(error), "pages": 0}
    print(json.dumps(verdict), flush=True)
    os._exit(0)  # The library's own cleaning up could still crash.


if __name__ == "__main__":
    main()
