"""Malformed uploads over raw sockets: no client library tidies them up on their way."""

from __future__ import annotations

import io
import re
import signal
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from portal.config import ROOT
from portal.documents import photos
from portal.documents.inspection import WALL_SECONDS, run_confined
from portal.sandbox import demo
from portal.sandbox.papers import plain_pdf
from portal.sandbox.shipments import shipments
from portal.sandbox.visitor import Visitor
from tests.documents.pictures import flat_png
from tests.documents.test_inspection import (
    blank,
    saved,
    with_appendix,
    with_stream,
    zip_of,
    zipped_zeros,
)
from tests.processes.running import Running, until

PDF = plain_pdf("SPECIMEN", "a document")
MARK = b"----a-mark-of-a-test"
MOST_ANSWER = 1024 * 1024
SECONDS = 60.0

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


@dataclass
class Wire:
    """A served portal with a draft, and a socket's way to its page of documents."""

    port: int
    visitor: Visitor
    ref: str

    def part(self, disposition: bytes, content: bytes) -> bytes:
        """One part of a form, its head as it is given."""
        return b"--%s\r\nContent-Disposition: %s\r\n\r\n%s\r\n" % (MARK, disposition, content)

    def fields(self, kind: str, title: str = "") -> bytes:
        """What the page's form sends besides files."""
        form = self.visitor.get(f"/applications/{self.ref}/documents").form("/documents")
        sent = {**form.fields, "kind": kind} | ({"title": title} if title else {})
        return b"".join(
            self.part(b'form-data; name="%s"' % name.encode(), value.encode())
            for name, value in sent.items()
        )

    def body(self, filename: bytes, content: bytes, kind: str = "invoice") -> bytes:
        """A whole upload of one file under a name of any bytes."""
        head = b'form-data; name="file"; filename="%s"' % filename
        return self.fields(kind) + self.part(head, content) + b"--%s--\r\n" % MARK

    def send(self, body: bytes, length: int | None = None) -> tuple[int, str]:
        """POST a body under any Content-Length; status (0: no answer) and page."""
        cookies = "; ".join(f"{k}={v}" for k, v in self.visitor.cookies.items())
        head = (
            f"POST /applications/{self.ref}/documents HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: {cookies}\r\nConnection: close\r\n"
            f"Content-Type: multipart/form-data; boundary={MARK.decode()}\r\n"
            f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as wire:
            try:
                wire.sendall(head.encode() + body)
                if length is not None and length != len(body):
                    wire.shutdown(socket.SHUT_WR)  # it ends here, whatever was promised
            except OSError:
                pass  # it was refused before all was sent; the answer says why
            return _answer(wire)

    def held(self) -> list[str]:
        """The names of what is attached, as the page shows them."""
        text = self.visitor.get(f"/applications/{self.ref}").text
        table = text.split('id="documents"', 1)[1].split("<details", 1)[0].split("</table>")[0]
        return re.findall(r'/documents/\w+">([^<]*)</a>', table)


def _answer(wire: socket.socket) -> tuple[int, str]:
    said = b""
    while len(said) < MOST_ANSWER:
        try:
            more = wire.recv(65536)
        except ConnectionResetError:
            break
        if not more:
            break
        said += more
    head, _, page = said.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1\.\d (\d{3})", head)
    return int(found.group(1)) if found else 0, page.decode("utf-8", "replace")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("wire")
    running = Running(folder / "var")
    running.data_dir.mkdir()
    (running.data_dir / "fonts").symlink_to(ROOT / "var" / "tests" / "fonts")
    running.start()
    try:
        until(running.is_well, 90, "the portal to start")
        yield running
    finally:
        running.signal(signal.SIGINT)
        assert running.end(30) == 0


@pytest.fixture(scope="module")
def wire(served: Running) -> Wire:
    visitor = Visitor(f"http://127.0.0.1:{served.port}")
    shipment = shipments("2026-11-01")[0]
    demo.sign_in(visitor, shipment.exporter)
    page = visitor.get("/applications/new")
    office = re.search(rf'value="(\d+)"[^>]*>[^<]*{shipment.office}', page.text)
    assert office
    page = visitor.send(page, "/applications", {"office": office.group(1)})
    return Wire(served.port, visitor, page.url.split("/applications/")[1].split("/")[0])


def scans_without_end() -> bytes:
    """A JPEG of 64 million pixels whose last scan is repeated 20,000 times, in 2 MB."""
    picture = Image.new("L", (8000, 8000), 200)
    picture.paste(30, (0, 0, 8000, 1000))
    out = io.BytesIO()
    picture.save(out, "JPEG", progressive=True, quality=50)
    plain = out.getvalue()
    last = plain.rindex(b"\xff\xda")
    return plain[:last] + plain[last:-2] * 20_000 + b"\xff\xd9"


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "a gigabyte in one stream": (
        lambda: with_stream(zipped_zeros(1024), "/FlateDecode"),
        "took too much time or memory",
    ),
    "packed twice": (
        lambda: with_stream(zlib.compress(zipped_zeros(1024)), "/FlateDecode", "/FlateDecode"),
        "took too much time or memory",
    ),
    "a picture of 900 million pixels": (lambda: flat_png(30_000, 30_000), "more pixels than"),
    "scans without end": (scans_without_end, "took too much time or memory"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_and_the_portal_is_well(wire: Wire, served: Running, name: str) -> None:
    make, words = BOMBS[name]
    before, begun = wire.held(), time.monotonic()
    status, page = wire.send(wire.body(b"bomb.pdf", make()))
    assert status == 422 and words in page
    assert time.monotonic() - begun < 3 * WALL_SECONDS
    assert served.is_well() and wire.held() == before
    assert not served.pids("judge_"), "no judge is left behind"


def test_a_bomb_is_killed_by_its_limit() -> None:
    begun = time.monotonic()
    answer, status = run_confined(scans_without_end(), photos.JUDGE, WALL_SECONDS, 1024)
    assert answer == b""
    assert status in (-signal.SIGKILL, -signal.SIGALRM)
    assert time.monotonic() - begun < WALL_SECONDS + 5


def with_html() -> bytes:
    return b"<!doctype html><script>alert(1)</script>" + PDF


def loop_of_pages() -> bytes:
    pdf = blank()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    return saved(pdf)


ODD = {
    "PDF and ZIP": (with_appendix(saved(blank()), b"MZ"), "at the same time something else"),
    "web page and PDF": (with_html(), "This is a web page"),
    "PDF with a script in a comment": (
        PDF.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        "at the same time something else",
    ),
    "docm": (zip_of("[Content_Types].xml") + b"word/vbaProject.bin", "of an office program"),
    "xlsm": (zip_of("[Content_Types].xml") + b"xl/vbaProject.bin", "of an office program"),
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "of an office program"),
    "archive": (zip_of("invoice.pdf"), "This is a ZIP archive"),
    "program": (b"MZ\x90\x00" + b"\0" * 64, "not a PDF"),
    "empty": (b"", "The file is empty"),
    "cut off": (PDF[: len(PDF) // 3], "damaged"),
    "HEIC": (b"\x00\x00\x00\x18ftypheic" + b"\0" * 64, "HEIC photo"),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_one_plain_document_is_refused_by_its_name(wire: Wire, name: str) -> None:
    content, words = ODD[name]
    before = wire.held()
    status, page = wire.send(wire.body(b"invoice.pdf", content))
    assert status == 422 and words in page
    assert wire.held() == before


NAMES = {  # and what the page then shows
    b"../../../etc/passwd": "passwd.pdf",
    b"C:\\\\Users\\\\asha\\\\invoice.pdf": "invoice.pdf",
    b"a\x00b.pdf": "ab.pdf",
    b"in\xe2\x80\xaefdp.exe": "infdp.exe.pdf",
    b"x" * 4096 + b".pdf": "x" * 116 + ".pdf",
    b"....": "document.pdf",
    b"<img src=x onerror=alert(1)>.pdf": "&lt;img src=x onerror=alert(1)&gt;.pdf",
}


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name[:20]))
def test_an_odd_file_name_is_only_shown_and_never_a_path(wire: Wire, name: bytes) -> None:
    content = plain_pdf("SPECIMEN", repr(name[:20]))
    status, page = wire.send(wire.body(name, content, kind="packing_list"))
    assert status == 303, page[:2000]
    shown = wire.held()[-1]
    assert shown.endswith(".pdf") and len(shown) < 200 and shown.isprintable()
    assert shown == NAMES[name]


def test_a_loop_of_pages_ends_as_an_answer(wire: Wire, served: Running) -> None:
    status, _page = wire.send(wire.body(b"loop.pdf", loop_of_pages(), kind="shipping_bill"))
    assert status in (303, 422) and served.is_well()


def test_a_body_that_ends_early_leaves_nothing_half(wire: Wire, served: Running) -> None:
    before = wire.held()
    whole = wire.body(b"invoice.pdf", PDF)
    for cut in (10, len(whole) // 2, len(whole) - 3):
        status, page = wire.send(whole[:cut], length=len(whole))
        assert status in (0, 400), "no answer, or one that says it"
        assert status == 0 or "could not be read" in page
        assert served.is_well() and wire.held() == before


def test_a_length_that_lies_is_answered_and_nothing_is_kept_half(
    wire: Wire, served: Running
) -> None:
    before = wire.held()
    whole = wire.body(b"invoice.pdf", PDF)
    shorter, _ = wire.send(whole, length=len(whole) - 200)
    assert shorter in (400, 422), "a form without its end is not taken"
    for length in (10**12, 2**63, 27 * 1024 * 1024):
        status, page = wire.send(whole, length=length)
        assert status in (0, 400, 413)
        assert status != 413 or "too large" in page
    status, _ = wire.send(whole, length=-1)
    assert status in (0, 400)
    assert served.is_well() and wire.held() == before


def test_a_thousand_parts_are_refused_with_words(wire: Wire, served: Running) -> None:
    before = wire.held()
    part = wire.part(b'form-data; name="file"; filename="a.pdf"', PDF)
    body = wire.fields("other", "Many") + part * 1000 + b"--%s--\r\n" % MARK
    status, page = wire.send(body)
    assert status == 413 and "too large" in page
    few = wire.fields("other", "Some") + part * 11 + b"--%s--\r\n" % MARK
    status, page = wire.send(few)
    assert status == 422 and "These are 11 files" in page
    assert served.is_well() and wire.held() == before


def test_parts_that_are_no_parts_are_answered(wire: Wire, served: Running) -> None:
    before = wire.held()
    good = wire.fields("invoice")
    bodies = {
        "nothing": b"",
        "rubbish": b"\x00\xff" * 5000,
        "no end": good + wire.part(b'form-data; name="file"; filename="a.pdf"', PDF),
        "a name in no known writing": good
        + wire.part(b'form-data; name="file"; filename="\xff\xfe.pdf"', PDF)
        + b"--%s--\r\n" % MARK,
        "no name": good + wire.part(b"form-data", PDF) + b"--%s--\r\n" % MARK,
        "head without end": good + b"--%s\r\n" % MARK + b"X: y" * 50_000,
        "NUL in a field's name": good
        + wire.part(b'form-data; name="a\0b"', b"")
        + b"--%s--" % MARK,
        "no file": good + b"--%s--\r\n" % MARK,
        "field as file": good + wire.part(b'form-data; name="file"', PDF) + b"--%s--\r\n" % MARK,
    }
    for name, body in bodies.items():
        status, _ = wire.send(body)
        assert status in (0, 400, 409, 413, 422), name
    assert served.is_well() and wire.held() == before


def test_nothing_of_all_this_was_a_fault_of_ours(wire: Wire, served: Running) -> None:
    status, _ = wire.send(wire.body(b"invoice.pdf", PDF))
    assert status == 303
    assert "request failed" not in served.said and " 500 " not in served.said
    assert "status=500" not in served.said
