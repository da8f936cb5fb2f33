"""Long-term data: a seal is proven when its certificate is long over, and nothing else changes."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from portal.core.errors import Refused, TryLater
from portal.sandbox.authority import CA, crl, ensure_authority, revoke
from portal.sandbox.authority.keys import Pair
from portal.sandbox.trust import CrlFault, StampFault
from portal.signing.lasting import make_lasting
from portal.signing.proving import lasting_facts, newest_stamp
from portal.signing.sealing import certificate_facts, read_seals
from tests.signing.lasting_place import KEY, Place, a_place
from tests.signing.programs import stock_indication
from tests.tools import need

YEARS = 365


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Authorities and an office, made once."""
    folder = tmp_path_factory.mktemp("lasting")
    with a_place(folder / "first", folder / "fonts") as place:
        place.world.prepare()
    return folder


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Iterator[Place]:
    """The stand-ins of one test, with the keys that were made once."""
    folder = tmp_path / "place"
    shutil.copytree(made / "first", folder)
    with a_place(folder, made / "fonts") as found:
        yield found


def test_a_lasting_seal_is_the_old_file_with_a_proof_behind_it(place: Place) -> None:
    sealed = place.sealed()
    lasting = place.lasting(sealed)
    assert lasting.startswith(sealed)
    assert len(lasting) - len(sealed) < 40_000
    found = place.fact(lasting)
    assert found.good and found.allows_no_change
    (seal,) = read_seals(lasting, place.roots, place.now())
    assert seal.good and seal.field == "Seal"
    stamp = newest_stamp(lasting)
    assert stamp is not None and abs((stamp.at - place.now()).total_seconds()) < 60


@pytest.mark.parametrize("stamped", [True, False], ids=["with a stamp inside", "without"])
def test_years_later_the_seal_is_still_proven(place: Place, stamped: bool) -> None:
    sealed = place.sealed(stamped=stamped)
    lasting = place.lasting(sealed)
    place.move(days=7 * YEARS)
    assert place.fact(lasting).good
    assert not place.fact(sealed).good


def test_pyhankos_own_procedure_passes_years_later(place: Place) -> None:
    lasting = place.lasting(place.sealed())
    place.move(days=7 * YEARS)
    assert (
        stock_indication(lasting, place.roots[0], crl(place.ca, CA.ROOT, place.now()), place.now())
        == "OK"
    )


def test_three_hours_after_a_thirty_minute_certificate_ended_it_is_proven(place: Place) -> None:
    sealed = place.sealed(place.short_lived())
    lasting = place.lasting(sealed)
    place.move(minutes=30, hours=3)
    assert place.fact(lasting).good
    assert (
        stock_indication(lasting, place.roots[0], crl(place.ca, CA.ROOT, place.now()), place.now())
        == "OK"
    )
    assert place.fact(sealed).indication != "OK"
    with pytest.raises(Refused, match="expired"):
        place.lasting(sealed)


def test_a_second_time_stamp_carries_the_proof_over_the_end_of_the_first(place: Place) -> None:
    lasting = place.lasting(place.sealed())
    place.move(days=10 * YEARS - 30)
    (place.ca / "specimen-tsa-key.pem").unlink()  # the stamper's next certificate
    for name in ("issuer", "esign", "token"):  # authorities that end are followed by others
        (place.ca / f"specimen-{name}-key.pem").unlink()
    renewed = place.lasting(lasting)
    assert renewed.startswith(lasting)
    first, second = newest_stamp(lasting), newest_stamp(renewed)
    assert first is not None and second is not None
    assert second.ends_at > first.ends_at
    place.move(days=5 * YEARS)
    assert place.fact(renewed).good
    assert not place.fact(lasting).good


def test_other_programs_find_the_seal_as_whole_as_before(place: Place, tmp_path: Path) -> None:
    need("pdfsig", "certutil", "qpdf", "openssl")
    nss, path = tmp_path / "nss", tmp_path / "lasting.pdf"
    nss.mkdir()
    path.write_bytes(place.lasting(place.sealed()))
    run("certutil", "-N", "-d", str(nss), "--empty-password")
    root = str(place.root)
    run("certutil", "-A", "-d", str(nss), "-n", "root", "-t", "CT,C,C", "-a", "-i", root)
    said = run("pdfsig", "-nssdir", str(nss), str(path)).partition("Signature #2")[0]
    assert "Signature is Valid" in said
    assert "Certificate is Trusted" in said
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", str(path))
    (seal, content) = cms_of(path.read_bytes(), tmp_path)
    verify = ("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any")
    run(*verify, "-in", str(seal), "-content", str(content), "-CAfile", root, "-out", "/dev/null")


def test_the_revision_carries_the_portals_time(place: Place) -> None:
    place.move(days=3)
    lasting, day = place.lasting(place.sealed()), f"{place.now():%Y%m%d}"
    with pikepdf.open(io.BytesIO(lasting)) as document:
        assert str(document.docinfo["/ModDate"]).startswith(f"D:{day}")


def test_only_the_lists_of_its_own_authorities_go_in(place: Place) -> None:
    with pikepdf.open(io.BytesIO(place.lasting(place.sealed()))) as document:
        inside: Any = document.Root["/DSS"]
        assert len(inside["/CRLs"]) == 2
        assert "/OCSPs" not in inside


def test_a_changed_byte_in_the_sealed_part_shows(place: Place) -> None:
    lasting = bytearray(place.lasting(place.sealed()))
    lasting[lasting.index(b"stream") + 60] ^= 1
    assert not place.fact(bytes(lasting)).good


def test_what_follows_the_last_time_stamp_shows(place: Place) -> None:
    lasting = place.lasting(place.sealed())
    assert not place.fact(lasting + b"\n%more\n").good
    (seal,) = read_seals(lasting + b"\n%more\n", place.roots, place.now())
    assert not seal.good
    with pytest.raises(Refused, match="goes on"):
        place.lasting(lasting + b"\n%more\n")


def test_another_page_behind_the_seal_is_never_made_to_last(place: Place) -> None:
    from pyhanko.pdf_utils.generic import NameObject, NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(place.lasting(place.sealed())))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Rotate")] = NumberObject(90)  # type: ignore[no-untyped-call]
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)  # type: ignore[no-untyped-call]
    assert not place.fact(changed.getvalue()).good
    with pytest.raises(Refused):
        place.lasting(changed.getvalue())


def test_an_unsealed_sheet_and_no_pdf_are_refused(place: Place) -> None:
    for pdf in (place.plain, b"no PDF at all"):
        with pytest.raises(Refused):
            place.lasting(pdf)
    assert newest_stamp(place.plain) is None


def test_a_strangers_root_proves_nothing(place: Place, tmp_path: Path) -> None:
    lasting, now = place.lasting(place.sealed()), place.now()
    stranger = ensure_authority(tmp_path / "stranger", now).read_bytes()
    lists = [crl(place.ca, CA.ROOT, now)]
    (found,) = lasting_facts(lasting, trust_roots=[stranger], crls=lists, at=now)
    assert not found.good


def test_a_key_revoked_before_it_could_last_is_refused(place: Place) -> None:
    sealed = place.sealed(stamped=False)
    revoke(place.ca, CA.ISSUER, office_serial(place), place.now())
    with pytest.raises(Refused, match="revoked"):
        place.lasting(sealed)


def test_a_key_revoked_after_it_lasts_takes_nothing_back(place: Place) -> None:
    lasting = place.lasting(place.sealed())
    place.move(days=1)
    revoke(place.ca, CA.ISSUER, office_serial(place), place.now())
    place.move(days=YEARS)
    assert place.fact(lasting).good


@pytest.mark.parametrize("fault", [StampFault.OUTAGE, StampFault.GARBAGE, StampFault.WRONG_IMPRINT])
def test_while_the_time_stamper_is_at_fault_sealing_goes_on(
    place: Place, fault: StampFault
) -> None:
    place.world.trust.stamp_fault = fault
    sealed = place.sealed()
    with pytest.raises(TryLater):
        place.lasting(sealed)
    place.world.trust.reset()
    assert place.fact(place.lasting(sealed)).good


@pytest.mark.parametrize("fault", [CrlFault.OUTAGE, CrlFault.STALE, CrlFault.GARBAGE])
def test_without_lists_nothing_lasts_until_they_are_back(place: Place, fault: CrlFault) -> None:
    sealed = place.sealed()
    place.world.trust.crl_fault = fault
    with pytest.raises(TryLater):
        place.lasting(sealed)
    place.world.trust.reset()
    assert place.fact(place.lasting(sealed)).good


def test_a_time_stamper_that_our_root_does_not_know_is_not_believed(place: Place) -> None:
    from portal.sandbox.authority.chain import time_stamper

    sealed = place.sealed(stamped=False)
    other = time_stamper(place.ca.parent / "other", place.now())
    publish(place.ca / "specimen-tsa-key.pem", other)
    with pytest.raises(TryLater, match="not believed"):
        place.lasting(sealed)


def test_a_signer_that_is_no_time_stamper_is_not_believed(place: Place) -> None:
    from portal.sandbox.authority.chain import authority

    publish(place.ca / "specimen-tsa-key.pem", authority(place.ca, CA.ISSUER, place.now()))
    with pytest.raises(TryLater, match="not believed"):
        place.lasting(place.sealed(stamped=False))


def test_a_time_stamper_whose_clock_is_wrong_is_not_believed(place: Place) -> None:
    sealed = place.sealed(stamped=False)
    lists, at = place.lists.current(place.now()), place.now()
    place.move(minutes=9)
    with pytest.raises(TryLater, match="clock"):
        make_lasting(sealed, trust_roots=place.roots, crls=lists, timestamper=place.stamps(), at=at)


def office_serial(place: Place) -> int:
    from portal.adapters.seal_keys import FolderSealKeys

    key = FolderSealKeys(place.world.data_dir / "keys", "pw").load(KEY)
    return int(certificate_facts(key.certificate).serial, 16)


def publish(path: Path, pair: Pair) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(key + pair.pem)


def cms_of(pdf: bytes, folder: Path) -> tuple[Path, Path]:
    """The seal's CMS and what it covers, cut out by the byte range alone."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    (seal,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    start, length, resumed, rest = (int(number) for number in seal.byte_range)
    cms, content = folder / "seal.der", folder / "content"
    cms.write_bytes(bytes.fromhex(pdf[length + 1 : resumed - 1].decode()))
    content.write_bytes(pdf[start:length] + pdf[resumed : resumed + rest])
    return cms, content


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
