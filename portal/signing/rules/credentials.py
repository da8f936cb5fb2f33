"""What a signing credential says of itself, and what it must pass before it is used; pure.

Source: the interoperability guidelines for certificates of the licensed authorities, as deployed
portals apply them: class 3, non-repudiation, a PAN hash, an organisation or an IEC to bind it by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.core.words import N_
from portal.signing.rules.names import is_same_name

# The arc of the Indian authorities' policies: the last number is the class.
_CLASSES = {"2.16.356.100.2.1": 1, "2.16.356.100.2.2": 2, "2.16.356.100.2.3": 3}
CLASS = 3
# Where real tokens keep the IEC isn't known to us: this name stands in the arc for examples.
# A subjectAltName of kind otherName with this type holds the IEC as UTF8String.
IEC_NAME = "2.999.1.1"
NEEDED_USAGES = frozenset({"digital_signature", "content_commitment"})
# Purposes (extended key usage) that go with signing documents; RFC 5280, RFC 9336 and vendors'.
_FOR_SIGNING = frozenset(
    {
        "2.5.29.37.0",
        "1.3.6.1.5.5.7.3.2",
        "1.3.6.1.5.5.7.3.4",
        "1.3.6.1.5.5.7.3.36",
        "1.3.6.1.4.1.311.10.3.12",
        "1.2.840.113583.1.1.5",
    }
)
LEAST_RSA_BITS = 2048
# Days before the end at which its holder is warned, each once.
WARNINGS = (30, 7)


class Binding(StrEnum):
    """By what a credential is bound: the holder's PAN as a digest, an organisation, or an IEC."""

    PAN = "pan"
    ORGANISATION = "organisation"
    IEC = "iec"


class CheckName(StrEnum):
    """What is looked at, in the order in which it is shown."""

    CHAIN = "chain"
    VALIDITY = "validity"
    CLASS = "class"
    USAGE = "usage"
    KEY = "key"
    LISTS = "lists"
    REVOCATION = "revocation"
    NAME = "name"
    BINDING = "binding"


class CheckWords(NamedTuple):
    """What a check is about, what it means when it fails, and how to put that right."""

    about: str
    why: str
    how: str


WORDS: Mapping[CheckName, CheckWords] = {
    CheckName.CHAIN: CheckWords(
        N_("Authority"),
        N_("No authority that the portal trusts has made this certificate."),
        N_("Use a token of an authority licensed in India."),
    ),
    CheckName.VALIDITY: CheckWords(
        N_("Validity"),
        N_("The certificate has ended, or does not begin before a later day."),
        N_("Renew it at the authority that made it, then sign the test page with the new one."),
    ),
    CheckName.CLASS: CheckWords(
        N_("Class"),
        N_("The certificate is not one of class 3."),
        N_("Ask the authority for a class 3 signing certificate."),
    ),
    CheckName.USAGE: CheckWords(
        N_("Key usage"),
        N_("The certificate is not made for signatures that bind its holder (non-repudiation)."),
        N_("Choose the signing certificate on the token, not the one for encryption or sign-in."),
    ),
    CheckName.KEY: CheckWords(
        N_("Key"),
        N_("The key is too short, or of a kind that the portal does not know."),
        N_("Ask the authority for a certificate with an RSA key of 2048 bits or more."),
    ),
    CheckName.LISTS: CheckWords(
        N_("List of revoked certificates"),
        N_("The authority's list of revoked certificates could not be read just now."),
        N_("Sign the test page again in some minutes; if it stays so, write to the helpdesk."),
    ),
    CheckName.REVOCATION: CheckWords(
        N_("Revocation"),
        N_("The authority has revoked this certificate, or the one above it."),
        N_("Ask the authority why, and get a new certificate."),
    ),
    CheckName.NAME: CheckWords(
        N_("Name"),
        N_("The certificate names somebody else than your account does."),
        N_("Use your own token, or correct the name of your account."),
    ),
    CheckName.BINDING: CheckWords(
        N_("Binding"),
        N_("The certificate holds neither a PAN's digest, nor an organisation, nor a sound IEC."),
        N_("Ask the authority for a certificate with your PAN or your organisation in it."),
    ),
}


@dataclass(frozen=True)
class Holder:
    """What a certificate says. `pan_sha256` is the digest that it holds, lower-case hexadecimal.

    `organisation` is empty where it names none or says “Personal”; `iec` is as written.
    """

    name: str
    organisation: str
    state: str
    pin: str
    pan_sha256: str
    iec: str
    serial: str
    issuer: str
    sha256: str
    policies: frozenset[str]
    usages: frozenset[str]
    purposes: frozenset[str]
    is_authority: bool
    has_sound_key: bool
    has_sound_iec: bool
    valid_from: datetime
    valid_to: datetime

    @property
    def grade(self) -> int:
        """The class by its policy: the highest one named, 0 where none is."""
        return max((_CLASSES.get(policy, 0) for policy in self.policies), default=0)

    @property
    def binding(self) -> Binding | None:
        """By what it is bound, the most telling first; None where by nothing."""
        if self.iec:
            return Binding.IEC if self.has_sound_iec else None
        if self.organisation:
            return Binding.ORGANISATION
        return Binding.PAN if self.pan_sha256 else None

    @property
    def bound_to(self) -> str:
        """The IEC, the organisation, or the digest of the PAN; never a PAN."""
        kept = {
            Binding.IEC: self.iec,
            Binding.ORGANISATION: self.organisation,
            Binding.PAN: self.pan_sha256,
        }
        return kept[self.binding] if self.binding else ""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: CheckName
    passed: bool


@dataclass(frozen=True)
class Judgement:
    """What a certificate says and what it passed.

    `revoked_at` is set only where a list says so; without a trusted, valid certificate lists
    aren't asked, so neither of their checks is there.
    """

    holder: Holder
    checks: tuple[Check, ...]
    revoked_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        """Whether everything was looked at and passed."""
        passed = {check.name for check in self.checks if check.passed}
        return passed == set(CheckName) and self.revoked_at is None

    @property
    def faults(self) -> tuple[CheckName, ...]:
        """What did not pass, in the order of the checks."""
        return tuple(check.name for check in self.checks if not check.passed)


def own_checks(holder: Holder, name: str, at: datetime) -> dict[CheckName, bool]:
    """What can be said from the certificate alone; `name` is that of the account."""
    purposes = not holder.purposes or bool(holder.purposes & _FOR_SIGNING)
    return {
        CheckName.VALIDITY: holder.valid_from <= at <= holder.valid_to,
        CheckName.CLASS: holder.grade == CLASS,
        CheckName.USAGE: holder.usages >= NEEDED_USAGES and purposes and not holder.is_authority,
        CheckName.KEY: holder.has_sound_key,
        CheckName.NAME: is_same_name(holder.name, name),
        CheckName.BINDING: holder.binding is not None,
    }


def warning_due(valid_to: datetime, at: datetime, warned_days: int) -> int:
    """The warning (days before the end) that is due and was not given yet; 0 for none.

    `warned_days` is the last one given, 0 for none. Of two that are due only the later is given.
    """
    left = valid_to - at
    due = [days for days in WARNINGS if timedelta() < left <= timedelta(days=days)]
    if not due or (warned_days and warned_days <= min(due)):
        return 0
    return min(due)
