"""What is looked at in an uploaded PDF, and what each finding means; pure.

Stricter than a reader's own policy: our authorities alone, the whole file covered, later revisions
only where they add what proves the signature, SHA-256 or better. The register has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from portal.core.words import N_


class CheckName(StrEnum):
    """What is looked at, in the order in which it is shown."""

    REGISTER = "register"
    BEGINNING = "beginning"
    READABLE = "readable"
    SIGNED = "signed"
    COVERED = "covered"
    HASH = "hash"
    INTACT = "intact"
    AUTHORITY = "authority"
    CERTIFIES = "certifies"
    UNCHANGED = "unchanged"
    LASTING = "lasting"


class Words(NamedTuple):
    """What a check is about, and what it means that it passed or did not."""

    about: str
    passed: str
    failed: str


WORDS: Mapping[CheckName, Words] = {
    CheckName.REGISTER: Words(
        N_("The register"),
        N_("Exactly these bytes were issued here."),
        N_("Exactly these bytes were never issued here."),
    ),
    CheckName.BEGINNING: Words(
        N_("Its beginning"),
        N_("It begins with a file that was issued here; what follows is not ours."),
        N_("It does not begin with a file that was issued here."),
    ),
    CheckName.READABLE: Words(
        N_("Format"),
        N_("The file is a PDF that can be read."),
        N_("The file is no PDF that can be read, or it is encrypted."),
    ),
    CheckName.SIGNED: Words(
        N_("Signatures"),
        N_("It carries exactly one electronic seal or signature."),
        N_("It does not carry exactly one electronic seal or signature."),
    ),
    CheckName.COVERED: Words(
        N_("What is signed"),
        N_("The signature covers all that was there when it was made."),
        N_("The signature leaves a part of the file out."),
    ),
    CheckName.HASH: Words(
        N_("Strength"),
        N_("It uses SHA-256 or better."),
        N_("It uses a hash that is too weak."),
    ),
    CheckName.INTACT: Words(
        N_("Signature"),
        N_("It fits the content and the certificate of the signer."),
        N_("It does not fit the content: something was altered."),
    ),
    CheckName.AUTHORITY: Words(
        N_("Authority"),
        N_("The signer is certified by an authority that this portal trusts."),
        N_("The signer is not certified by an authority that this portal trusts, or was revoked."),
    ),
    CheckName.CERTIFIES: Words(
        N_("Kind"),
        N_("It is a seal that allows no change afterwards, as certificates bear."),
        N_("It is not a seal that allows no change, as certificates bear."),
    ),
    CheckName.UNCHANGED: Words(
        N_("Afterwards"),
        N_("Nothing was changed after the signature; at most its proof for years was added."),
        N_("The file was changed after the signature."),
    ),
    CheckName.LASTING: Words(
        N_("Proof for years"),
        N_("Lists of revoked certificates and a time stamp prove it without asking anybody."),
        N_("What should prove it for years does not hold."),
    ),
}

FAILED: Mapping[str, str] = {
    "not_checked": N_("The file could not be judged just now. Try again, or use number and code."),
    "too_costly": N_("The file takes too much to be judged. Use the number and the check code."),
    "unreadable": N_("The file could not be judged: it is built in a way that no PDF should be."),
}


@dataclass(frozen=True)
class Check:
    """One check and how it ended; None: what it looks for is not there yet."""

    name: CheckName
    passed: bool | None

    @property
    def words(self) -> str:
        """What that means."""
        found = WORDS[self.name]
        return found.passed if self.passed else found.failed


def checks_of(found: Mapping[str, bool], *, is_issued: bool, begins: bool) -> tuple[Check, ...]:
    """Every check in its order; those that an earlier one made needless are left out."""
    known: dict[str, bool] = {**found, CheckName.REGISTER.value: is_issued}
    if not is_issued:
        known[CheckName.BEGINNING.value] = begins
    made = [Check(name, known[name.value]) for name in CheckName if name.value in known]
    waits = CheckName.UNCHANGED.value in found and CheckName.LASTING.value not in found
    return (*made, *([Check(CheckName.LASTING, None)] if waits else []))


def is_sound(found: Mapping[str, bool]) -> bool:
    """Whether a file that begins as it was issued was only given more proof."""
    needed = ("readable", "signed", "covered", "hash", "intact", "authority", "certifies")
    return all(found.get(name) is True for name in (*needed, "unchanged"))
