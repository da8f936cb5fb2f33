"""The rule by which a credential proves a firm, and everything that comes near and does not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.signing.rules.credentials import Binding, Holder
from portal.signing.rules.matching import fits_agency, is_same_organisation, match


@dataclass(frozen=True)
class Firm:
    iec: str
    name: str
    pan: str
    state: str
    pin: str


def digest(pan: str) -> str:
    return hashlib.sha256(pan.encode()).hexdigest()


COMPANY = Firm(
    "ZZZCS0001A", "Specimen Rice Mills Private Limited", "ZZZCS0001A", "Haryana", "132001"
)
PARTNERS = Firm(
    "ZZZFS0002B", "Specimen Steelware and Company", "ZZZFS0002B", "Uttar Pradesh", "244001"
)
PERSON = Firm("ZZZPN1002B", "Invented Weaver Om", "ZZZPN1002B", "Rajasthan", "302001")
NOBODY = Holder(
    name="Invented Person",
    organisation="",
    state="Haryana",
    pin="132001",
    pan_sha256=digest("ZZZPX0009X"),
    iec="",
    serial="1",
    issuer="SPECIMEN",
    sha256="0" * 64,
    policies=frozenset(),
    usages=frozenset(),
    purposes=frozenset(),
    is_authority=False,
    has_sound_key=True,
    has_sound_iec=False,
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    valid_to=datetime(2028, 1, 1, tzinfo=UTC),
)
RICE = replace(NOBODY, organisation="SPECIMEN RICE MILLS PVT. LTD.")
STEEL = replace(
    NOBODY, organisation="Specimen Steelware & Co.", state="UTTAR PRADESH", pin="244001"
)
OM = replace(NOBODY, pan_sha256=digest("ZZZPN1002B"))


def with_iec(holder: Holder, iec: str) -> Holder:
    return replace(holder, iec=iec, has_sound_iec=True)


PROVEN = [
    (RICE, COMPANY, Binding.ORGANISATION),
    (replace(RICE, pin="110001"), COMPANY, Binding.ORGANISATION),
    (STEEL, PARTNERS, Binding.ORGANISATION),
    (OM, PERSON, Binding.PAN),
    (with_iec(NOBODY, "ZZZCS0001A"), COMPANY, Binding.IEC),
    (with_iec(RICE, "ZZZCS0001A"), COMPANY, Binding.IEC),
]
UNPROVEN = [
    (NOBODY, COMPANY, "another PAN"),
    (NOBODY, PERSON, "another PAN"),
    (replace(NOBODY, pan_sha256=""), PERSON, "another PAN"),
    # The PAN of a company in somebody's token: a personal one proves no company.
    (replace(NOBODY, pan_sha256=digest("ZZZCS0001A")), COMPANY, "only a single person"),
    (replace(RICE, organisation="Specimen Rice Mills"), COMPANY, "another organisation"),
    (replace(RICE, organisation="Rice Mills Specimen Pvt Ltd"), COMPANY, "another organisation"),
    (replace(RICE, organisation="Specimen Rice Mill Pvt Ltd"), COMPANY, "another organisation"),
    (replace(RICE, organisation="Specimen Rice Mills LLP"), COMPANY, "another organisation"),
    (replace(RICE, state="Punjab"), COMPANY, "another state"),
    (replace(RICE, state=""), COMPANY, "another state"),
    (replace(STEEL, pin="244002"), PARTNERS, "another PIN"),
    (replace(STEEL, pin=""), PARTNERS, "another PIN"),
    (
        replace(OM, organisation="Invented Weaver Om", state="Rajasthan", pin="302001"),
        PERSON,
        "a single person's",
    ),
    (with_iec(RICE, "ZZZFS0002B"), COMPANY, "another IEC"),
    (with_iec(STEEL, "ZZZCS0001A"), COMPANY, "names another organisation"),
    (replace(RICE, iec="ZZZCS0001A"), COMPANY, "another IEC"),
    (with_iec(OM, "ZZZCS0001A"), PERSON, "another IEC"),
]


@pytest.mark.parametrize(("holder", "firm", "by"), PROVEN)
def test_what_proves(holder: Holder, firm: Firm, by: Binding) -> None:
    found = match(holder, firm)
    assert found.by is by and found.why


@pytest.mark.parametrize(("holder", "firm", "said"), UNPROVEN)
def test_what_does_not_prove(holder: Holder, firm: Firm, said: str) -> None:
    found = match(holder, firm)
    assert found.by is None
    assert said in found.why


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A.B.C. Exports Pvt Ltd", "ABC Exports Private Limited", True),
        ("M/s Specimen & Sons", "Specimen and Sons", True),
        ("Specimen LLP", "Specimen Limited Liability Partnership", True),
        ("Specimen Co", "Specimen Company", True),
        ("Specimen's Foods", "Specimens Foods", True),
        ("Specimen-Foods", "Specimen Foods", True),
        ("Specimen Foods", "Specimen Food", False),
        ("Specimen Foods 1", "Specimen Foods 2", False),
        ("Specimen", "", False),
        ("", "", False),
        ("...", "...", False),
        ("नमूना निर्यात", "नमूना निर्यात", True),
        ("नमूना", "नमून", False),
    ],
)
def test_names_of_organisations(one: str, other: str, same: bool) -> None:
    assert is_same_organisation(one, other) is same
    assert is_same_organisation(other, one) is same


@pytest.mark.parametrize(
    ("binding", "organisation", "fits"),
    [
        (Binding.PAN, "", True),
        (Binding.ORGANISATION, "SPECIMEN CHAMBER OF COMMERCE", True),
        (Binding.ORGANISATION, "Specimen Rice Mills Pvt Ltd", False),
        (Binding.IEC, "Specimen Chamber of Commerce", False),
        (None, "", False),
    ],
)
def test_with_what_an_officer_may_decide(
    binding: Binding | None, organisation: str, fits: bool
) -> None:
    assert fits_agency(binding, organisation, "Specimen Chamber of Commerce") is fits


TEXTS = st.text(max_size=20)


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["", "ZZZCS0001A", "x"]), st.booleans())
def test_whatever_it_says_only_the_firms_own_facts_prove_it(
    organisation: str, state: str, pin: str, iec: str, sound: bool
) -> None:
    holder = replace(
        NOBODY, organisation=organisation, state=state, pin=pin, iec=iec, has_sound_iec=sound
    )
    for firm in (COMPANY, PARTNERS, PERSON):
        found = match(holder, firm)
        if found.by is Binding.IEC:
            assert iec == firm.iec and sound
        elif found.by is Binding.ORGANISATION:
            assert is_same_organisation(organisation, firm.name)
            assert is_same_organisation(state, firm.state) and firm is not PERSON
        else:
            assert found.by is None
