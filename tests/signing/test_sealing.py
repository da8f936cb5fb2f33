"""The office's seal: other programs believe it, and every later change is noticed."""

from __future__ import annotations

import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from portal.adapters.pdf import SheetPdf
from portal.adapters.seal_keys import FolderSealKeys
from portal.core import clock
from portal.core.errors import Refused
from portal.sandbox.authority import ensure_authority, issue_office_key
from portal.signing.sealing import Sealer, certificate_facts, read_seals
from tests.certificates.sheets import TEMPLATES, a_sheet
from tests.tools import need

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
KEY = "mumbai-1"


@dataclass(frozen=True)
class Bench:
    """An authority, an office's key, an unsealed sheet and its sealed copy."""

    folder: Path
    root: Path
    sealer: Sealer
    plain: bytes
    sealed: bytes

    def read(self, pdf: bytes) -> tuple[bool, ...]:
        (seal,) = read_seals(pdf, [self.root.read_bytes()], NOW)
        return seal.intact, seal.trusted, seal.covers_whole_file, seal.docmdp_ok


def seal(sealer: Sealer, pdf: bytes, key: str = KEY, at: datetime = NOW) -> bytes:
    return sealer.seal(pdf, key, reason="Certificate issued", location="Mumbai", at=at)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("sealing")
    root = ensure_authority(folder / "ca", NOW)
    issue_office_key(folder / "ca", folder / "keys", KEY, "Mumbai Office", "Chamber", NOW, "pw")
    sealer = Sealer(FolderSealKeys(folder / "keys", "pw"))
    plain = SheetPdf(folder / "fonts", TEMPLATES).render(a_sheet(10))
    return Bench(folder, root, sealer, plain, seal(sealer, plain))


def test_a_sealed_sheet_proves_everything_and_names_the_office(bench: Bench) -> None:
    (found,) = read_seals(bench.sealed, [bench.root.read_bytes()], NOW)
    assert found.good
    assert found.field == "Seal"
    assert found.signer == "SPECIMEN Mumbai Office"
    assert bench.sealed.startswith(bench.plain)
    assert len(bench.sealed) < 150_000


def test_an_independent_reader_trusts_the_seal_of_the_whole_file(bench: Bench) -> None:
    need("pdfsig", "certutil", "qpdf")
    nss, path = bench.folder / "nss", bench.folder / "sealed.pdf"
    nss.mkdir()
    path.write_bytes(bench.sealed)
    run("certutil", "-N", "-d", str(nss), "--empty-password")
    run("certutil", "-A", "-d", str(nss), "-n", "root", "-t", "CT,C,C", "-a", "-i", str(bench.root))
    said = run("pdfsig", "-nssdir", str(nss), str(path))
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "Total document signed" in said
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(path))


def test_the_seal_carries_the_portals_time(bench: Bench) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader

    (one,) = PdfFileReader(io.BytesIO(bench.sealed)).embedded_signatures
    assert one.self_reported_timestamp == NOW
    with pikepdf.open(io.BytesIO(bench.sealed)) as document:
        assert document.docinfo["/ModDate"] == "D:20261123063000Z"


def test_sealing_adds_no_font(bench: Bench) -> None:
    need("pdffonts", "qpdf")
    path = bench.folder / "fonts.pdf"
    path.write_bytes(bench.sealed)
    rows = run("pdffonts", str(path)).splitlines()[2:]
    assert len(rows) == 2
    assert all("+ECoOSans" in row and " yes yes " in row for row in rows)
    assert "Helvetica" not in run("qpdf", "--json", str(path))


def test_a_changed_byte_is_noticed(bench: Bench) -> None:
    broken = bytearray(bench.sealed)
    broken[bench.sealed.index(b"stream") + 60] ^= 1
    intact, trusted, *_ = bench.read(bytes(broken))
    assert (intact, trusted) == (False, False)


def test_an_appended_revision_is_noticed(bench: Bench) -> None:
    from pyhanko.pdf_utils.generic import NameObject, NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(bench.sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(90)  # type: ignore[no-untyped-call]
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)  # type: ignore[no-untyped-call]
    _, _, whole, docmdp = bench.read(changed.getvalue())
    assert (whole, docmdp) == (False, False)


def test_junk_behind_the_end_is_noticed(bench: Bench) -> None:
    assert bench.read(bench.sealed + b"\n%more\n")[2] is False


def test_a_rewritten_file_proves_nothing(bench: Bench) -> None:
    rewritten = io.BytesIO()
    with pikepdf.open(io.BytesIO(bench.sealed)) as document:
        document.save(rewritten)
    (found,) = read_seals(rewritten.getvalue(), [bench.root.read_bytes()], NOW)
    assert not found.good


def test_a_sealed_sheet_takes_no_second_signature(bench: Bench) -> None:
    with pytest.raises(Refused):
        seal(bench.sealer, bench.sealed)


def test_no_other_field_may_be_signed_either(bench: Bench) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    _, signer = bench.sealer._signer(KEY)
    writer = IncrementalPdfFileWriter(io.BytesIO(bench.sealed))
    with pytest.raises(SigningError):
        PdfSigner(PdfSignatureMetadata(field_name="Other"), signer).sign_pdf(writer)


def test_another_root_is_not_trusted(bench: Bench) -> None:
    stranger = ensure_authority(bench.folder / "stranger", NOW)
    (found,) = read_seals(bench.sealed, [stranger.read_bytes()], NOW)
    assert (found.intact, found.trusted, found.good) == (True, False, False)


def test_without_any_root_nothing_is_trusted(bench: Bench) -> None:
    (found,) = read_seals(bench.sealed, [], NOW)
    assert not found.trusted


def test_a_file_without_a_seal_has_none_and_no_pdf_is_refused(bench: Bench) -> None:
    assert read_seals(bench.plain, [], NOW) == ()
    with pytest.raises(Refused):
        read_seals(b"no PDF at all", [], NOW)


def test_an_unknown_key_a_strange_id_and_a_wrong_password_are_refused(bench: Bench) -> None:
    keys = bench.folder / "keys"
    for key_id, password in (("absent", "pw"), ("../keys/mumbai-1", "pw"), (KEY, "wrong")):
        with pytest.raises(Refused):
            FolderSealKeys(keys, password).load(key_id)


def test_a_key_past_its_time_does_not_seal(bench: Bench) -> None:
    with pytest.raises(Refused, match="not valid"):
        seal(bench.sealer, bench.plain, at=NOW + timedelta(days=731))


def test_the_facts_of_a_certificate_are_read(bench: Bench) -> None:
    root = x509.load_pem_x509_certificate(bench.root.read_bytes())
    facts = certificate_facts(root.public_bytes(Encoding.DER))
    assert facts.common_name == "SPECIMEN Root CA, NOT VALID"
    assert facts.serial == f"{root.serial_number:x}"
    assert facts.not_before < NOW < facts.not_after
    assert len(facts.sha256) == 64


def test_authorities_that_race_agree_and_keep_their_keys_to_themselves(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        roots = {
            p.read_bytes() for p in pool.map(lambda _: ensure_authority(tmp_path, NOW), range(4))
        }
    assert len(roots) == 1
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_an_office_key_is_issued_once(bench: Bench) -> None:
    again = issue_office_key(
        bench.folder / "ca", bench.folder / "keys", KEY, "Other", "Other", clock.now(), "other"
    )
    assert again.read_bytes() == (bench.folder / "keys" / f"{KEY}.p12").read_bytes()


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
