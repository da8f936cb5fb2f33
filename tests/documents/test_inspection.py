"""Uploads: each bad file gets its own verdict, and the confined process can do nothing else."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf

from portal.documents import confining, judge_pdf
from portal.documents.inspection import JUDGE, inspect_pdf, run_judge
from portal.documents.rules import (
    MAX_NAME_LENGTH,
    MESSAGES,
    TOO_LARGE,
    VerdictCode,
    message_for,
    safe_display_name,
)


def saved(pdf: Pdf, **how: Any) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def blank(pages: int = 1) -> Pdf:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    return pdf


def with_root(**entries: Any) -> bytes:
    pdf = blank()
    for key, value in entries.items():
        pdf.Root[f"/{key}"] = value
    return saved(pdf)


def with_annotation(**entries: Any) -> bytes:
    pdf = blank()
    rect = Array([0, 0, 9, 9])
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rect)
    for key, value in entries.items():
        link[f"/{key}"] = value
    pdf.pages[0].obj.Annots = Array([link])
    return saved(pdf)


def with_stream(data: bytes, *filters: str) -> bytes:
    pdf = blank()
    names = Array([Name(f) for f in filters])
    pdf.Root.Bulk = pdf.make_indirect(pikepdf.Stream(pdf, data, Filter=names))
    return saved(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def zipped_zeros(megabytes: int) -> bytes:
    press = zlib.compressobj(9)
    some = bytes(1024 * 1024)
    return b"".join(press.compress(some) for _ in range(megabytes)) + press.flush()


def with_attachment() -> bytes:
    pdf = blank()
    pdf.attachments["inside.txt"] = b"something else"
    return saved(pdf)


def with_many_objects(count: int, **how: Any) -> bytes:
    pdf = blank()
    pdf.Root.Many = Array([pdf.make_indirect(Dictionary(A=n)) for n in range(count)])
    return saved(pdf, **how)


def with_nesting(depth: int) -> bytes:
    plain = saved(blank(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    nested = b"<</Deep " + b"[" * depth + b"]" * depth + b" /Type /Catalog"
    return re.sub(rb"<<\s*(?=/Pages)", nested, plain, count=1)


def zip_of(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


def code_of(content: bytes) -> str:
    verdict = inspect_pdf(content)
    assert verdict.ok == (verdict.code is VerdictCode.OK)
    return verdict.code.value


def test_a_sound_pdf_is_accepted_with_its_pages_size_and_hash() -> None:
    content = saved(blank(3))
    verdict = inspect_pdf(content)
    assert (verdict.ok, verdict.code, verdict.pages) == (True, VerdictCode.OK, 3)
    assert verdict.size == len(content)
    assert len(verdict.sha256) == 64


def test_a_pdf_as_office_programs_make_it_is_accepted() -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    out = io.BytesIO()
    page = canvas.Canvas(out)
    page.drawString(72, 720, "Invoice EX/26/001")
    page.linkURL("https://firm.example/", (72, 700, 200, 715))
    page.save()
    assert code_of(out.getvalue()) == "ok"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "is_jpeg"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is_png"),
        (b"II*\x00\x08\x00", "is_image"),
        (b"\x00\x00\x00\x18ftypheic", "is_heic"),
        (b"\x00\x00\x00\x18ftypmp42", "is_image"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "is_office"),
        (zip_of("[Content_Types].xml"), "is_office"),
        (zip_of("invoice.pdf"), "is_zip"),
        (b"\n<!DOCTYPE html><html>Please sign in", "is_html"),
        ("Invoice of Müller\n".encode(), "is_text"),
        (b"\x00\x01\x02\x03", "not_pdf"),
        (b"\xff\xd8\xff\xe0" + saved(blank()), "is_jpeg"),
    ],
)
def test_what_is_not_a_pdf_is_called_by_what_it_is(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_pdf_that_asks_for_a_password_is_refused() -> None:
    locked = saved(blank(), encryption=pikepdf.Encryption(user="open", owner="own"))
    assert code_of(locked) == "needs_password"


def test_a_pdf_with_only_an_owner_password_is_refused() -> None:
    locked = saved(blank(), encryption=pikepdf.Encryption(user="", owner="own"))
    assert code_of(locked) == "owner_password"


def test_a_cut_off_pdf_is_damaged() -> None:
    content = saved(blank(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert code_of(content[:60]) == "damaged"
    assert code_of(b"%PDF-1.7\nnothing more") == "damaged"


def test_a_pdf_without_pages_and_one_with_too_many_are_refused() -> None:
    assert code_of(saved(pikepdf.new())) == "no_pages"
    assert code_of(saved(blank(200))) == "ok"
    assert code_of(saved(blank(201))) == "too_many_pages"


def test_too_many_objects_are_refused_in_plain_and_packed_form() -> None:
    assert code_of(with_many_objects(50_100)) == "too_many_objects"
    packed = with_many_objects(50_100, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert code_of(packed) == "too_many_objects"


SCRIPT = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
AFTER_A_LINK = Dictionary(D=Dictionary(S=Name.URI, Next=Array([SCRIPT])))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (with_root(OpenAction=SCRIPT), "has_script"),
        (with_annotation(A=SCRIPT), "has_script"),
        (with_annotation(AA=AFTER_A_LINK), "has_script"),
        (with_root(Names=Dictionary(JavaScript=Dictionary(Names=Array([])))), "has_script"),
        (with_annotation(A=Dictionary(S=Name.Launch, F="calc.exe")), "has_launch"),
        (with_annotation(A=Dictionary(S=Name.SubmitForm, F="https://a.example")), "has_submit"),
        (with_annotation(A=Dictionary(S=Name.ImportData, F="a.fdf")), "has_submit"),
        (with_attachment(), "has_attachment"),
        (with_annotation(Subtype=Name.FileAttachment), "has_attachment"),
        (with_root(AcroForm=Dictionary(XFA=Array([]), Fields=Array([]))), "has_xfa"),
        (with_annotation(Subtype=Name.RichMedia), "has_media"),
        (with_annotation(Subtype=Name.Movie), "has_media"),
    ],
)  # fmt: skip
def test_active_content_is_refused_wherever_it_hides(content: bytes, code: str) -> None:
    assert code_of(content) == code


def with_appendix(pdf: bytes, appendix: bytes) -> bytes:
    """A PDF with an archive behind it: its reader finds it from the end, with offsets put right."""
    out = io.BytesIO(pdf)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("inside.exe", appendix)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        with_appendix(saved(blank()), b"MZ"),
        saved(blank()).replace(b"\n", b"\n% <script>alert(1)</script>\n", 1),
    ],
    ids=["and an archive", "and a web page"],
)
def test_a_pdf_that_is_something_else_as_well_is_refused(content: bytes) -> None:
    assert code_of(content) == "is_two_things"


def test_some_rubbish_before_the_header_is_let_through_as_readers_do() -> None:
    assert code_of(b"\r\n\xef\xbb\xbf" + saved(blank())) == "ok"


def with_a_page_loop() -> bytes:
    pdf = blank()
    pdf.Root.Pages.Kids.append(pdf.Root.Pages)
    return saved(pdf)


def with_streams_in_a_loop() -> bytes:
    plain = saved(blank(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return plain.replace(b"/Type /Catalog", b"/Type /Catalog /Loop 1 0 R", 1)


def test_loops_end_as_a_verdict() -> None:
    assert code_of(with_a_page_loop()) in ("damaged", "ok")
    assert code_of(with_streams_in_a_loop()) == "ok"
    looped = saved(blank(), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    start = looped.rindex(b"xref")
    chained = looped.replace(b"trailer <<", b"trailer << /Prev %d" % start, 1)
    assert code_of(chained) in ("damaged", "ok")


def test_a_name_written_in_escapes_does_not_hide_a_script() -> None:
    content = with_root(OpenAction=SCRIPT)
    assert content.count(b"/JavaScript") == 1
    assert code_of(content.replace(b"/JavaScript", b"/#4aavaScript").replace(b"/JS", b"/#4aS")) == (
        "has_script"
    )


@pytest.mark.parametrize("action", ["URI", "GoToR"])
def test_links_are_let_through(action: str) -> None:
    assert (
        code_of(with_annotation(A=Dictionary(S=Name(f"/{action}"), URI="https://a.example")))
        == "ok"
    )


@pytest.mark.parametrize(
    "content",
    [
        with_stream(zipped_zeros(1024), "/FlateDecode"),
        with_stream(zlib.compress(zipped_zeros(1024)), "/FlateDecode", "/FlateDecode"),
        with_stream(zipped_zeros(1024).hex().encode(), "/ASCIIHexDecode", "/FlateDecode"),
    ],
    ids=["once", "twice", "in hexadecimal"],
)
def test_a_bomb_of_a_gigabyte_is_too_costly_and_our_memory_does_not_grow(content: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(content) == "too_costly"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024


def test_a_large_honest_scan_is_not_taken_for_a_bomb() -> None:
    assert code_of(with_stream(zipped_zeros(104), "/FlateDecode")) == "ok"


def test_an_object_stream_that_is_a_bomb_ends_as_a_verdict() -> None:
    packed = with_many_objects(10, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    press = zlib.compressobj(9)
    bomb = b"".join(press.compress(b" " * 1024 * 1024) for _ in range(1024)) + press.flush()
    start = packed.index(b"/ObjStm")
    body = packed.index(b"stream\n", start) + len(b"stream\n")
    assert code_of(packed[:body] + bomb + packed[body:]) in ("too_costly", "damaged")


def test_deep_nesting_ends_as_a_verdict() -> None:
    assert code_of(with_nesting(90)) == "ok"
    assert code_of(with_nesting(400)) == "too_costly"
    assert code_of(with_nesting(100_000)) in ("too_costly", "damaged", "unreadable")


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("raise SystemExit(3)", VerdictCode.UNREADABLE),
        ("print('rubbish')", VerdictCode.UNREADABLE),
        ("print('[1]')", VerdictCode.UNREADABLE),
        ('print(\'{"ok": true, "code": "damaged", "pages": 1}\')', VerdictCode.UNREADABLE),
        ('print(\'{"ok": true, "code": "ok", "pages": "1"}\')', VerdictCode.UNREADABLE),
        ("import os; os.kill(os.getpid(), 11)", VerdictCode.UNREADABLE),
        ("import os; os.kill(os.getpid(), 9)", VerdictCode.TOO_COSTLY),
        ("while True: print('x' * 999)", VerdictCode.UNREADABLE),
        ("while True: pass", VerdictCode.TOO_COSTLY),
        ("import os; os.close(1)\nwhile True: pass", VerdictCode.TOO_COSTLY),
    ],
)
def test_a_judge_that_crashes_lies_or_hangs_gives_a_verdict(
    tmp_path: Path, program: str, code: VerdictCode
) -> None:
    judge = tmp_path / "judge.py"
    judge.write_text(program)
    assert run_judge(b"%PDF-1.7", judge, wall_seconds=1.0) == (code, 0)


def confined(program: str, prelude: str = "") -> list[str]:
    """What a child prints that confines itself as the judge does, then runs `program`."""
    code = f"""
import json, os, runpy, socket, sys
{prelude}
judge = runpy.run_path({str(JUDGE)!r})
judge["confine"]()
def tried(name, act):
    try:
        act()
    except BaseException as error:
        print(name, type(error).__name__, flush=True)
    else:
        print(name, "WORKED", flush=True)
{program}
"""
    child = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, env={}, timeout=30
    )
    assert child.stderr == ""
    return child.stdout.split("\n")[:-1]


def test_the_confined_process_opens_no_socket_file_or_process(tmp_path: Path) -> None:
    target = tmp_path / "written"
    tmp_path.chmod(0o777)
    program = f"""
tried("socket", lambda: socket.socket())
tried("pair", lambda: socket.socketpair())
tried("read", lambda: open("/etc/hostname"))
tried("write", lambda: open({str(target)!r}, "w"))
tried("pipe", os.pipe)
tried("copy", lambda: os.dup(1))
tried("fork", lambda: os._exit(0) if os.fork() == 0 else None)
tried("memory", lambda: bytearray(400 * 1024 * 1024))
"""
    denied = "OSError"
    assert confined(program) == [
        f"socket {denied}", f"pair {denied}", f"read {denied}", f"write {denied}",
        f"pipe {denied}", f"copy {denied}", "fork BlockingIOError", "memory MemoryError",
    ]  # fmt: skip
    assert not target.exists()


def test_the_same_acts_work_before_it_confines_itself(tmp_path: Path) -> None:
    prelude = f"socket.socket().close(); open({str(tmp_path / 'written')!r}, 'w').close()"
    assert confined("print('confined')", prelude) == ["confined"]
    assert (tmp_path / "written").exists()


def test_the_confined_process_cannot_fill_a_file_that_it_was_handed(tmp_path: Path) -> None:
    handed = f"handed = open({str(tmp_path / 'handed')!r}, 'wb', buffering=0)"
    assert confined("tried('fill', lambda: handed.write(b'x'))", handed) == ["fill OSError"]


def test_the_limits_cannot_be_raised_again_and_root_is_given_up() -> None:
    program = """
import resource
tried("files", lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9)))
tried("root", lambda: os.setuid(0)) if os.getuid() else print("root still")
print(json.dumps([os.getresuid(), os.getresgid(), os.getgroups()]))
"""
    files, root, ids = confined(program, prelude="import resource")
    assert files == "files ValueError"
    assert root == "root PermissionError"
    if os.geteuid() == 0:
        nobody = confining.NOBODY
        assert json.loads(ids) == [[nobody] * 3, [nobody] * 3, []]


def test_too_much_cpu_time_ends_the_confined_process() -> None:
    # Without the alarm, since on a busy machine it may come before the processor's limit.
    confine = f"import runpy, signal; runpy.run_path({str(JUDGE)!r})['confine']()"
    code = f"{confine}; signal.alarm(0)\nwhile 1: 1"
    child = subprocess.run([sys.executable, "-I", "-c", code], timeout=120, check=False)
    assert child.returncode == -9


def test_our_own_process_never_loads_the_pdf_library() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import types; house = types.ModuleType('portal')\n"
        "house.__path__ = [sys.argv[1] + '/portal']\n"
        "sys.modules['portal'] = house  # the room alone, without the rest of the house\n"
        "from portal.documents.inspection import inspect_pdf\n"
        "print(inspect_pdf(sys.stdin.buffer.read()).code, 'pikepdf' in sys.modules)"
    )
    root = str(Path(__file__).parents[2])
    run = [sys.executable, "-c", code, root]
    child = subprocess.run(run, input=saved(blank()), capture_output=True, timeout=60)
    assert child.stdout.decode().split() == ["ok", "False"]


def test_no_descriptor_or_process_is_left_behind() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for content in (saved(blank()), b"", b"%PDF-"):
        inspect_pdf(content)
    assert len(os.listdir("/proc/self/fd")) == before
    with contextlib.suppress(ChildProcessError):
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


def test_every_code_of_the_judge_is_known_and_has_a_message() -> None:
    said = set(re.findall(r'Rejected\("(\w+)"\)|return "(\w+)"', JUDGE.read_text()))
    codes = {code for pair in said for code in pair if code} - {"pdf"}
    codes |= {code for _, code in judge_pdf.MAGIC}
    assert codes <= {code.value for code in VerdictCode}
    assert set(MESSAGES) == set(VerdictCode)


def test_a_message_says_what_happened_and_what_to_do() -> None:
    locked = saved(blank(), encryption=pikepdf.Encryption(user="open", owner="own"))
    text = message_for(inspect_pdf(locked)).plain()
    assert "password" in text
    assert "Save a copy without a password" in text
    assert "5 MB" in TOO_LARGE.plain()


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("Invoice 12.pdf", "Invoice 12.pdf"),
        ("C:\\Users\\asha\\Invoice.PDF", "Invoice.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("in\u202efdp.exe", "infdp.exe.pdf"),
        ("a\u200bb\x00c\n.pdf", "abc.pdf"),
        ("", "document.pdf"),
        ("....", "document.pdf"),
        ("चालान.pdf", "चालान.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_file_name_is_shown_without_tricks(given_name: str, shown: str) -> None:
    assert safe_display_name(given_name) == shown


@given(st.text(max_size=300))
def test_a_shown_file_name_is_short_visible_and_stable(filename: str) -> None:
    shown = safe_display_name(filename)
    assert len(shown) <= MAX_NAME_LENGTH
    assert shown.endswith(".pdf")
    assert shown.isprintable()
    assert safe_display_name(shown) == shown
