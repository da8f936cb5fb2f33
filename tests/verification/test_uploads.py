"""Uploaded PDFs, genuine and hostile: each check is named, and nothing but a verdict comes out."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from sqlalchemy import select

from portal.certificates.models import CertificateFile
from portal.core import clock
from portal.sandbox.authority import CA, ensure_authority, issue_office_key, revoke
from portal.sandbox.papers import plain_pdf
from portal.signing.cms import cut_out
from portal.signing.examining import Examined, examine_signed
from portal.signing.judge_signed import Trust, examine
from portal.signing.sealing import Sealer, certificate_facts
from portal.verification.queries import Verdict, by_content
from tests.build import Stage
from tests.conftest import MovedClock, Outside
from tests.signing.holder import Holder

SOUND = {"readable", "signed", "covered", "hash", "intact", "authority", "certifies", "unchanged"}


@pytest.fixture
def sealed(stage: Stage, outside: Outside) -> bytes:
    """A certificate as it is first issued."""
    outside.world.reset()
    stage.issued()
    return stored(stage)[0]


def stored(stage: Stage) -> list[bytes]:
    with stage.db() as db:
        keys = list(db.scalars(select(CertificateFile.storage_key).order_by(CertificateFile.id)))
    return [stage.portal.kit.store.get(key) for key in keys]


def judged(stage: Stage, content: bytes) -> tuple[Verdict, dict[str, bool | None], int]:
    """Verdict, checks and changed revision, by the real process."""
    kit, at = stage.portal.kit, clock.now()

    def look(pdf: bytes) -> Examined:
        return examine_signed(pdf, trust_roots=kit.trust_roots, crls=kit.crls.kept(at), at=at)

    with stage.db() as db:
        found = by_content(db, content, look)
    checks = {one.name.value: one.passed for one in found.checks}
    assert found.failed or "readable" in checks
    return found.verdict, checks, found.revision


def send(stage: Stage, content: bytes) -> str:
    file = {"file": (io.BytesIO(content), "certificate.pdf")}
    answer = stage.client().post("/verify/file", data=file)
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 200
    return str(answer.text)


def test_every_stored_version_passes_each_check(stage: Stage, sealed: bytes) -> None:
    verdict, checks, revision = judged(stage, sealed)
    assert (verdict, revision) == (Verdict.VALID, 0)
    assert {name for name, passed in checks.items() if passed} == SOUND | {"register"}
    assert checks["lasting"] is None
    for _ in range(3):
        stage.run_jobs()
    first, lasting = stored(stage)
    assert first == sealed and lasting.startswith(sealed)
    verdict, checks, revision = judged(stage, lasting)
    assert (verdict, revision, checks["lasting"]) == (Verdict.VALID, 0, True)
    page = send(stage, lasting)
    assert "What was checked" in page and "Failed" not in page
    for junk in (b"\n", b" ", b"\n%%EOF\n"):
        assert judged(stage, lasting + junk)[0] is Verdict.ALTERED
    assert "Lists of revoked certificates and a time stamp prove it" in page


@pytest.mark.parametrize("seconds", [3, 3600, 20 * 3600])
def test_a_list_that_is_newer_than_the_seal_speaks_of_it(
    stage: Stage, sealed: bytes, moved_clock: MovedClock, seconds: int
) -> None:
    moved_clock.by(seconds=seconds)
    stage.portal.kit.crls.refresh(clock.now())
    verdict, checks, _revision = judged(stage, sealed)
    assert (verdict, checks["authority"]) == (Verdict.VALID, True)


@pytest.mark.parametrize(("hours", "holds"), [(-1, False), (1, True)])
def test_a_revocation_counts_from_its_own_time_on(
    stage: Stage, sealed: bytes, moved_clock: MovedClock, hours: int, holds: bool
) -> None:
    """The list is newer than the seal either way. Issued bytes stay those of the register."""
    at = clock.now() + timedelta(hours=hours)
    certificate = stage.portal.kit.seal_keys.load("spcc-del-1").certificate
    serial = int(certificate_facts(certificate).serial, 16)
    moved_clock.by(hours=2)
    revoke(stage.portal.settings.data_dir / "authority", CA.ISSUER, serial, at)
    stage.portal.kit.crls.refresh(clock.now())
    verdict, checks, _revision = judged(stage, sealed)
    assert (verdict, checks["authority"]) == (Verdict.VALID, holds)
    assert judged(stage, sealed + b"\n")[0] is Verdict.ALTERED


def updated(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """An incremental update by a stranger's program."""
    writer, out = IncrementalPdfFileWriter(io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def overlay(writer: Any) -> None:
    """Another text over the first page: what shadow attacks do."""
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 99 99 re f"))
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))


def note(writer: Any) -> None:
    """A note that covers something."""
    rectangle = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500)))
    values = {"/Type": "/Annot", "/Subtype": "/Square"}
    made = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {generic.pdf_name(k): generic.pdf_name(v) for k, v in values.items()}
    )
    made[generic.pdf_name("/Rect")] = rectangle
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Annots"] = generic.ArrayObject([writer.add_object(made)])
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))


@pytest.mark.parametrize("change", [overlay, note])
def test_a_page_changed_after_the_seal_is_altered_and_the_revision_is_named(
    stage: Stage, sealed: bytes, change: Callable[[Any], None]
) -> None:
    content = updated(sealed, change)
    assert content.startswith(sealed)
    verdict, checks, revision = judged(stage, content)
    assert verdict is Verdict.ALTERED and checks["unchanged"] is False
    assert (checks["register"], checks["beginning"], revision) == (False, True, 3)
    page = send(stage, content)
    assert "Altered after it was issued" in page and "number 3" in page
    assert "Specimen Consignee" not in page


@pytest.mark.parametrize("junk", [b"\n", b"junk", b"\n%%EOF\n", b"<script>alert(1)</script>"])
def test_junk_behind_it_is_never_valid(stage: Stage, sealed: bytes, junk: bytes) -> None:
    verdict, checks, _revision = judged(stage, sealed + junk)
    assert verdict in (Verdict.ALTERED, Verdict.OTHER_BYTES)
    assert not {name for name, passed in checks.items() if passed} >= SOUND


def other_seal(tmp_path: Path) -> tuple[Sealer, str]:
    """A seal by an authority that calls itself as ours does."""
    now = clock.now()
    folder, keys = tmp_path / "authority", tmp_path / "keys"
    ensure_authority(folder, now)
    issue_office_key(folder, keys, "k", "Specimen Chamber", "Specimen Chamber", now, "x", "")
    from portal.adapters.seal_keys import FolderSealKeys

    return Sealer(FolderSealKeys(keys, "x")), "k"


def test_a_strangers_authority_of_the_same_name_is_told(stage: Stage, tmp_path: Path) -> None:
    sealer, key = other_seal(tmp_path)
    words = {"reason": "Certificate of origin", "location": "Delhi"}
    pdf = sealer.seal(plain_pdf("SPECIMEN"), key, at=clock.now(), **words)
    verdict, checks, _ = judged(stage, pdf)
    assert verdict is Verdict.OTHER_BYTES
    assert (checks["intact"], checks["authority"], checks["register"]) == (True, False, False)
    assert "Signed by" not in send(stage, pdf)


def test_a_signed_test_page_is_no_certificate(stage: Stage) -> None:
    holder = Holder(stage)
    ref = holder.begin()
    holder.sign([ref])
    verdict, checks, _ = judged(stage, holder.file(ref).data)
    assert verdict is Verdict.APPLICATION and checks["certifies"] is False


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "not_a_pdf": lambda _: b"PK\x03\x04" + b"x" * 100,
    "empty_pdf": lambda _: b"%PDF-1.7\n%%EOF",
    "unsigned": lambda _: plain_pdf("SPECIMEN"),
    "truncated": lambda pdf: pdf[: len(pdf) // 2],
    "head_cut": lambda pdf: pdf[100:],
    "polyglot": lambda pdf: b"<html><script>1</script></html>\n" + pdf,
    "other_digit": lambda pdf: pdf.replace(b"/Contents <3", b"/Contents <4", 1),
    "range_moved": lambda pdf: re.sub(rb"/ByteRange \[\s*0 ", b"/ByteRange [1 ", pdf, count=1),
    "range_short": lambda pdf: re.sub(rb"(/ByteRange \[\d+ \d+ \d+) \d+", rb"\1 1", pdf, count=1),
    "xref_loop": lambda pdf: pdf + b"\nxref\n0 0\ntrailer <</Prev 9>>\nstartxref\n9\n%%EOF",
    "bomb": lambda _: bomb(),
    "nested": lambda _: b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\n%%EOF",
    "nul": lambda _: b"%PDF-1.7\n" + b"\0" * 1_000_000,
}


def bomb() -> bytes:
    """A cross-reference stream that unpacks to 200 MB."""
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    kind = "/Type/XRef/Size 9/W[1 2 1]/Filter/FlateDecode/Root 1 0 R"
    head = f"%PDF-1.7\n1 0 obj\n<<{kind}/Length {len(packed)}>>\nstream\n"
    return head.encode() + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF"


@pytest.fixture(scope="module")
def plain_seal(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """A sealed page and the root of its authority."""
    folder = tmp_path_factory.mktemp("plain")
    sealer, key = other_seal(folder)
    words = {"reason": "Certificate of origin", "location": "Delhi"}
    pdf = sealer.seal(plain_pdf("SPECIMEN"), key, at=clock.now(), **words)
    return pdf, (folder / "authority" / "specimen-root.pem").read_bytes()


def test_the_plain_seal_is_sound(plain_seal: tuple[bytes, bytes]) -> None:
    pdf, root = plain_seal
    found = examine_signed(pdf, trust_roots=[root], crls=(), at=clock.now())
    assert {name for name, passed in found.checks.items() if passed} == SOUND


@pytest.mark.parametrize("how", HOSTILE)
def test_hostile_files_get_a_verdict_and_are_never_sound(
    plain_seal: tuple[bytes, bytes], how: str
) -> None:
    pdf, root = plain_seal
    found = examine_signed(HOSTILE[how](pdf), trust_roots=[root], crls=(), at=clock.now())
    assert found.failed or "readable" in found.checks
    assert not {name for name, passed in found.checks.items() if passed} >= SOUND


@pytest.mark.parametrize("how", ["truncated", "bomb", "xref_loop"])
def test_the_page_says_what_was_found_about_hostile_files(
    stage: Stage, sealed: bytes, how: str
) -> None:
    page = send(stage, HOSTILE[how](sealed))
    assert "What was checked" in page and "Failed" in page and "Specimen Consignee" not in page


def test_a_process_that_is_killed_or_lies_is_a_verdict(tmp_path: Path) -> None:
    scripts = {
        "import time; time.sleep(30)": "too_costly",
        "print('no json')": "unreadable",
        'print(\'{"checks": {"readable": 1}}\')': "unreadable",
        "raise SystemExit(3)": "unreadable",
        "print('x' * 9000)": "unreadable",
    }
    for number, (script, failed) in enumerate(scripts.items()):
        judge = tmp_path / f"judge{number}.py"
        judge.write_text(script)
        found = examine_signed(
            b"%PDF", trust_roots=(), crls=(), at=clock.now(), judge=judge, wall_seconds=1
        )
        assert found == Examined(failed=failed), script


def test_no_bent_byte_leaves_a_sound_seal_with_other_content(stage: Stage, sealed: bytes) -> None:
    """In this process: the same judge, without its walls, for speed."""
    kit = stage.portal.kit
    trust, content = Trust(kit.trust_roots, (), clock.now()), cut_out(sealed).digest
    honest = examine(sealed, trust)["checks"]
    assert {name for name, passed in honest.items() if passed} == SOUND

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(at=st.integers(0, len(sealed) - 1), bit=st.integers(0, 7))
    def bent(at: int, bit: int) -> None:
        changed = bytearray(sealed)
        changed[at] ^= 1 << bit
        checks = examine(bytes(changed), trust)["checks"]
        passed = {name for name, one in checks.items() if one}
        # Letters in the room may be of either case, and it holds more than the seal.
        assert not passed >= SOUND or cut_out(bytes(changed)).digest == content, (at, bit)

    bent()
