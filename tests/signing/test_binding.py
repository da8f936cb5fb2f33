"""Signing credentials: each check failing by itself, and bytes that nobody made."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.errors import Refused
from portal.sandbox.authority import CA, IEC_NAME, Flaw, TokenFacts, revoke
from portal.sandbox.authority.keys import Pair
from portal.signing.binding import Trust, judge, read_holder
from portal.signing.rules import credentials
from portal.signing.rules.credentials import Binding, CheckName, warning_due
from tests.signing.credential_place import BHANU, RICE, Place

C = CheckName


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place.at(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def good(place: Place) -> Pair:
    return place.token()


def test_a_good_token_passes_every_check_and_says_who_it_is(place: Place, good: Pair) -> None:
    found = place.judged(good.der)
    assert [check.name for check in found.checks] == list(CheckName)
    assert found.is_good and found.faults == ()
    who = found.holder
    assert (who.name, who.organisation, who.state) == (BHANU.common_name, "", "Haryana")
    assert who.pan_sha256 == hashlib.sha256(b"ZZZPB0001Q").hexdigest()
    assert (who.grade, who.binding, who.bound_to) == (3, Binding.PAN, who.pan_sha256)
    assert who.sha256 == hashlib.sha256(good.der).hexdigest()
    assert who.serial == f"{good.certificate.serial_number:x}"
    assert "SPECIMEN Token CA" in who.issuer


def test_the_sandbox_and_the_portal_look_for_the_iec_in_the_same_place() -> None:
    assert credentials.IEC_NAME == IEC_NAME


@pytest.mark.parametrize(
    ("flaw", "faults"),
    [
        (Flaw.EXPIRED, {C.VALIDITY}),
        (Flaw.NOT_YET_VALID, {C.VALIDITY}),
        (Flaw.NO_NON_REPUDIATION, {C.USAGE}),
        (Flaw.OTHER_PURPOSE, {C.USAGE}),
        (Flaw.OTHER_CLASS, {C.CLASS}),
        (Flaw.NO_CLASS, {C.CLASS}),
    ],
)
def test_a_flaw_fails_its_own_check_and_no_other(
    place: Place, flaw: Flaw, faults: set[CheckName]
) -> None:
    found = place.judged(place.token(flaw=flaw).der)
    assert set(found.faults) == faults
    assert not found.is_good


def test_a_foreign_authority_of_the_same_name_fails_the_chain(place: Place, tmp_path: Path) -> None:
    foreign = Place.at(tmp_path / "authority")
    for token in (foreign.token(), foreign.token(flaw=Flaw.EXPIRED)):
        for chain in (foreign.chain, place.chain):
            found = judge(token.der, chain, place.trust(), name=BHANU.common_name, at=clock.now())
            assert C.CHAIN in found.faults and set(found.faults) <= {C.CHAIN, C.VALIDITY}
            assert C.REVOCATION not in {check.name for check in found.checks}
            assert not found.is_good


def test_a_root_or_an_authority_is_no_credential(place: Place) -> None:
    found = place.judged(place.chain[0])
    assert C.USAGE in found.faults and not found.is_good


def test_a_revoked_token_fails_from_then_on_and_no_other(tmp_path: Path) -> None:
    place = Place.at(tmp_path / "authority")
    lost, kept = place.token(), place.token()
    at = clock.now().replace(microsecond=0) - timedelta(hours=1)
    revoke(place.folder, CA.TOKEN, lost.certificate.serial_number, at)
    found = place.judged(lost.der)
    assert found.faults == (C.REVOCATION,)
    assert found.revoked_at == at
    assert place.judged(kept.der).is_good


def test_a_token_below_a_revoked_authority_is_revoked(tmp_path: Path) -> None:
    place = Place.at(tmp_path / "authority")
    token = place.token()
    above = read_holder(place.chain[0])
    revoke(place.folder, CA.ROOT, int(above.serial, 16), clock.now() - timedelta(hours=1))
    assert place.judged(token.der).faults == (C.REVOCATION,)


@pytest.mark.parametrize("lists", [(), (CA.ROOT,), (CA.TOKEN,), (CA.ESIGN, CA.ISSUER)])
def test_without_every_list_nothing_passes_and_nothing_is_revoked(
    place: Place, good: Pair, lists: tuple[CA, ...]
) -> None:
    trust = place.trust(lists)
    found = judge(good.der, place.chain, trust, name=BHANU.common_name, at=clock.now())
    assert found.faults == (C.LISTS,)
    assert found.revoked_at is None


def test_lists_that_are_too_old_do_not_count(place: Place, good: Pair) -> None:
    trust = place.trust(at=clock.now() - timedelta(days=3))
    found = judge(good.der, place.chain, trust, name=BHANU.common_name, at=clock.now())
    assert C.LISTS in found.faults and not found.is_good


def test_issuers_that_we_know_need_not_come_along(place: Place, good: Pair) -> None:
    trust = replace(place.trust(), issuers=place.chain)
    found = judge(good.der, (), trust, name=BHANU.common_name, at=clock.now())
    assert found.is_good
    alone = judge(good.der, (), place.trust(), name=BHANU.common_name, at=clock.now())
    assert alone.faults == (C.CHAIN,)


def test_another_name_than_the_account_s_fails(place: Place, good: Pair) -> None:
    assert place.judged(good.der, "Invented Owner Asha").faults == (C.NAME,)


def test_a_short_key_fails(place: Place) -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert C.KEY in place.judged(place.token(key=weak).der).faults


@pytest.mark.parametrize(
    ("facts", "binding", "bound_to"),
    [
        (TokenFacts(BHANU.common_name), None, ""),
        (replace(BHANU, iec="12345"), None, ""),
        (replace(BHANU, iec="zzzcs0001a"), None, ""),
        (RICE, Binding.ORGANISATION, RICE.organisation),
        (replace(RICE, iec="ZZZCS0001A"), Binding.IEC, "ZZZCS0001A"),
        (replace(BHANU, organisation="PERSONAL"), Binding.PAN, None),
        (replace(BHANU, organisation=""), Binding.PAN, None),
    ],
)
def test_what_binds_a_token(
    place: Place, facts: TokenFacts, binding: Binding | None, bound_to: str | None
) -> None:
    found = place.judged(place.token(facts).der)
    assert found.holder.binding is binding
    assert (C.BINDING in found.faults) == (binding is None)
    expected = found.holder.pan_sha256 if bound_to is None else bound_to
    assert found.holder.bound_to == expected
    assert "ZZZPB0001Q" not in repr(found)


def test_every_check_has_words() -> None:
    assert set(credentials.WORDS) == set(CheckName)
    assert all(all(words) for words in credentials.WORDS.values())


def test_what_is_no_certificate_is_refused(place: Place, good: Pair) -> None:
    for junk in (b"", b"\x30", b"<html>", good.der[:-1], good.der + b"\0", b"\x30" * 20_000):
        with pytest.raises(Refused):
            place.judged(junk)


@given(st.data())
def test_changed_bytes_are_refused_or_fail_and_never_break(
    place: Place, good: Pair, data: st.DataObject
) -> None:
    """Bytes swapped, cut out or put in: refused, or judged as no good; the same bytes, the same."""
    der = bytearray(good.der)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(der) - 1))
        act = data.draw(st.sampled_from(["set", "cut", "put"]))
        if act == "set":
            der[at] = data.draw(st.integers(0, 255))
        elif act == "cut":
            del der[at : at + data.draw(st.integers(1, 8))]
        else:
            der[at:at] = data.draw(st.binary(min_size=1, max_size=8))
    try:
        found = place.judged(bytes(der))
    except Refused:
        return
    assert found.is_good == (bytes(der) == good.der)


@given(st.binary(max_size=200))
def test_bytes_that_nobody_made_are_refused(content: bytes) -> None:
    trust = Trust([], [], [])
    with pytest.raises(Refused):
        judge(content, (), trust, name="x", at=clock.now())


@given(st.integers(-3_000, 90_000), st.sampled_from([0, 30, 7]))
def test_each_warning_comes_once_and_the_nearest_alone(minutes: int, warned: int) -> None:
    at, days = clock.now(), minutes / 1440
    due = warning_due(at + timedelta(minutes=minutes), at, warned)
    if 0 < days <= 7:
        assert due == (0 if warned == 7 else 7)
    elif 7 < days <= 30:
        assert due == (0 if warned else 30)
    else:
        assert due == 0
