"""SPECIMEN authorities: OpenSSL believes their chains and lists, and each token says who it is."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from portal.core import clock
from portal.sandbox.authority import (
    CA,
    IEC_NAME,
    Flaw,
    TokenFacts,
    authority_certificate,
    crl,
    ensure_authority,
    ensure_chain,
    issue_token_certificate,
    revoke,
)
from portal.sandbox.authority.chain import time_stamper
from portal.sandbox.authority.keys import new_key
from tests.conftest import MovedClock, Outside
from tests.sandbox.wire import ask, run, switch
from tests.tools import need

BASE = "http://127.0.0.1:9"
BHANU = TokenFacts("Invented Signatory Bhanu", pan="ZZZPB0001Q")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("authority")
    ensure_authority(found, clock.now(), BASE)
    ensure_chain(found, clock.now(), BASE)
    return found


def token(folder: Path, facts: TokenFacts = BHANU, flaw: Flaw = Flaw.NONE) -> x509.Certificate:
    der = issue_token_certificate(
        folder, new_key().public_key(), facts, clock.now(), crl_base=BASE, flaw=flaw
    )
    return x509.load_der_x509_certificate(der)


def chain_verdict(folder: Path, work: Path, leaf: x509.Certificate, status: int = 0) -> str:
    """What OpenSSL thinks of a token when it checks every list down from the root."""
    need("openssl")
    now = clock.now()
    (work / "leaf.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
    (work / "ca.pem").write_bytes(authority_certificate(folder, CA.TOKEN, now))
    lists = b""
    for ca in (CA.ROOT, CA.TOKEN):
        found = x509.load_der_x509_crl(crl(folder, ca, now))
        lists += found.public_bytes(Encoding.PEM)
    (work / "lists.pem").write_bytes(lists)
    command = ("openssl", "verify", "-x509_strict", "-crl_check_all", "-CRLfile")
    trusted = ("-CAfile", str(folder / "specimen-root.pem"), "-untrusted", str(work / "ca.pem"))
    moment = ("-attime", str(int(now.timestamp())))
    path = (str(work / "lists.pem"), *trusted, *moment, str(work / "leaf.pem"))
    return run(*command, *path, status=status)


def test_openssl_believes_a_token_with_all_its_lists(folder: Path, tmp_path: Path) -> None:
    assert "leaf.pem: OK" in chain_verdict(folder, tmp_path, token(folder))


def test_openssl_refuses_a_revoked_token_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    ensure_authority(folder, clock.now(), BASE)
    lost, kept = token(folder), token(folder)
    revoke(folder, CA.TOKEN, lost.serial_number, clock.now())
    assert "certificate revoked" in chain_verdict(folder, tmp_path, lost, status=2)
    assert "leaf.pem: OK" in chain_verdict(folder, tmp_path, kept)


def test_openssl_refuses_tokens_out_of_their_time(folder: Path, tmp_path: Path) -> None:
    said = chain_verdict(folder, tmp_path, token(folder, flaw=Flaw.EXPIRED), status=2)
    assert "certificate has expired" in said
    said = chain_verdict(folder, tmp_path, token(folder, flaw=Flaw.NOT_YET_VALID), status=2)
    assert "certificate is not yet valid" in said


def test_the_first_revocation_counts_and_another_authority_is_not_concerned(folder: Path) -> None:
    now = clock.now()
    revoke(folder, CA.ISSUER, 0xABC, now - timedelta(hours=2), "keyCompromise")
    revoke(folder, CA.ISSUER, 0xABC, now, "superseded")
    revoke(folder, CA.ISSUER, 0xDEF, now + timedelta(hours=1))
    (row,) = x509.load_der_x509_crl(crl(folder, CA.ISSUER, now))
    assert (row.serial_number, row.revocation_date_utc) == (
        0xABC,
        (now - timedelta(hours=2)).replace(microsecond=0),
    )
    reason = row.extensions.get_extension_for_class(x509.CRLReason).value
    assert reason.reason is x509.ReasonFlags.key_compromise
    assert len(x509.load_der_x509_crl(crl(folder, CA.ESIGN, now))) == 0
    with pytest.raises(ValueError, match="nonsense"):
        revoke(folder, CA.ISSUER, 1, now, "nonsense")


def test_every_certificate_below_the_root_names_its_list_and_no_ocsp(folder: Path) -> None:
    now = clock.now()
    below = {ca: authority_certificate(folder, ca, now) for ca in CA if ca is not CA.ROOT}
    found = [(x509.load_pem_x509_certificate(pem), "root") for pem in below.values()]
    found += [(time_stamper(folder, now).certificate, "root"), (token(folder), "token")]
    for certificate, issuer in found:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        (place,) = points[0].full_name or []
        assert place.value == f"{BASE}/crl/{issuer}.crl"
        names = [one.oid for one in certificate.extensions]
        assert ExtensionOID.AUTHORITY_INFORMATION_ACCESS not in names
        assert "SPECIMEN" in certificate.subject.rfc4514_string()


def test_the_time_stamper_stamps_time_and_does_nothing_else(folder: Path) -> None:
    certificate = time_stamper(folder, clock.now()).certificate
    found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert found.critical
    assert list(found.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def test_a_personal_token_holds_the_hash_of_a_pan_and_not_the_pan(folder: Path) -> None:
    found = token(folder)
    (serial,) = found.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    (organisation,) = found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert serial.value == hashlib.sha256(b"ZZZPB0001Q").hexdigest()
    assert organisation.value == "Personal"
    assert b"ZZZPB0001Q" not in found.public_bytes(Encoding.DER)
    policies = found.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert policies[0].policy_identifier.dotted_string == "2.16.356.100.2.3"
    usage = found.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature and usage.content_commitment and not usage.key_encipherment


def test_a_firms_token_names_the_firm_and_may_name_its_iec(folder: Path) -> None:
    firm = "Specimen Rice Mills Private Limited"
    found = token(folder, TokenFacts("Invented Signatory Bhanu", "", firm, "ZZZCS0001A"))
    (organisation,) = found.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    (iec,) = names.get_values_for_type(x509.OtherName)
    assert organisation.value == firm
    assert (iec.type_id.dotted_string, iec.value[2:]) == (IEC_NAME, b"ZZZCS0001A")


def test_tokens_with_a_flaw_have_that_flaw(folder: Path) -> None:
    weak = token(folder, flaw=Flaw.NO_NON_REPUDIATION)
    assert not weak.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    other = token(folder, flaw=Flaw.OTHER_CLASS)
    policies = other.extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert policies[0].policy_identifier.dotted_string == "2.16.356.100.2.2"


@pytest.mark.parametrize("ca", list(CA))
def test_a_list_is_fetched_and_follows_the_portals_clock(
    world: Outside, authorities: Path, moved_clock: MovedClock, ca: CA
) -> None:
    moved_clock.by(days=3)
    heard = ask(world, "GET", f"/crl/{ca}.crl")
    found = x509.load_der_x509_crl(heard.body)
    by = x509.load_pem_x509_certificate(authority_certificate(authorities, ca, clock.now()))
    assert (heard.status, heard.kind) == (200, "application/pkix-crl")
    assert found.is_signature_valid(by.public_key())  # type: ignore[arg-type]
    assert abs(found.last_update_utc - clock.now()) < timedelta(minutes=1)
    assert found.next_update_utc == found.last_update_utc + timedelta(hours=24)
    assert ask(world, "GET", "/crl/nobody.crl").status == 404


def test_a_revocation_over_the_wire_is_in_the_next_list(world: Outside) -> None:
    assert ask(world, "PUT", "/revocations/token", b'{"serial": "beef"}').status == 200
    (row,) = x509.load_der_x509_crl(ask(world, "GET", "/crl/token.crl").body)
    assert row.serial_number == 0xBEEF
    assert ask(world, "PUT", "/revocations/token", b'{"serial": "no number"}').status == 400
    assert ask(world, "PUT", "/revocations/nobody", b'{"serial": "1"}').status == 404


def test_lists_misbehave_when_told_to(world: Outside) -> None:
    assert switch(world, "crl", "outage") == 200
    assert ask(world, "GET", "/crl/root.crl").status == 503
    switch(world, "crl", "garbage")
    assert ask(world, "GET", "/crl/root.crl").body.startswith(b"<html>")
    switch(world, "crl", "stale")
    stale = x509.load_der_x509_crl(ask(world, "GET", "/crl/root.crl").body)
    assert (stale.next_update_utc or clock.now()) < clock.now()
    assert switch(world, "crl", "nonsense") == 400
    switch(world, "crl", "none")
    fresh = x509.load_der_x509_crl(ask(world, "GET", "/crl/root.crl").body)
    assert fresh.next_update_utc is not None and fresh.next_update_utc > clock.now()
