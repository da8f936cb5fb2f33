"""Why a try to sign did not succeed, in plain words, and which ways lead on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.core.words import N_


class Outcome(StrEnum):
    """What became of a try that gave no signature."""

    CANCELLED = "cancelled"
    NAME_DIFFERS = "name_differs"
    PROVIDER_REFUSED = "provider_refused"
    NO_ANSWER = "no_answer"
    TOO_OLD = "too_old"
    NOT_TRUSTED = "not_trusted"
    REVOKED = "revoked"
    OTHER_DOCUMENT = "other_document"
    CANNOT_READ = "cannot_read"
    CHANGED_HERE = "changed_here"
    CHANGED_MEANWHILE = "changed_meanwhile"
    NOT_FINISHED = "not_finished"


WORDS: Mapping[Outcome, str] = {
    Outcome.CANCELLED: N_("You stopped. Nothing was signed."),
    Outcome.NAME_DIFFERS: N_(
        "The certificate bears another name than that of the signatory. Correct the signatory, or "
        "have that person sign. Nothing was signed."
    ),
    Outcome.PROVIDER_REFUSED: N_("The provider refused. Nothing was signed."),
    Outcome.NO_ANSWER: N_("No answer came in time. Nothing was signed."),
    Outcome.TOO_OLD: N_("The provider's answer bears a wrong time, so it was not used."),
    Outcome.NOT_TRUSTED: N_(
        "What came back is not a signature that the portal trusts, so it was not used."
    ),
    Outcome.REVOKED: N_(
        "The certificate was revoked by those who issued it, so the signature was not used. Begin "
        "anew; if it happens again, ask the provider."
    ),
    Outcome.OTHER_DOCUMENT: N_("What came back is a signature over another document."),
    Outcome.CANNOT_READ: N_("What came back could not be read, so it was not used."),
    Outcome.CHANGED_MEANWHILE: N_(
        "The document was changed after you began to sign. Look at it again, then sign."
    ),
    Outcome.NOT_FINISHED: N_(
        "The provider answered, but this portal could not make the signed file in time. Nothing "
        "was signed. Begin anew; whoever runs the portal can read why in its log."
    ),
    Outcome.CHANGED_HERE: N_("The file to be signed was changed here, so it was not used."),
}

# What the signer can do about it; the page of help lists it beside the words above.
REMEDIES: Mapping[Outcome, str] = {
    Outcome.CANCELLED: N_("Begin again whenever you like."),
    Outcome.NAME_DIFFERS: N_(
        "Titles, capitals, punctuation and the order of words don't count, and an initial stands "
        "for its word; every word must be in both names. Type the name as the certificate has it."
    ),
    Outcome.PROVIDER_REFUSED: N_(
        "Begin again with the newest code, on the mobile that is linked to your Aadhaar. If it is "
        "refused again, sign with a token."
    ),
    Outcome.NO_ANSWER: N_("Begin again. What comes later than that is not used."),
    Outcome.TOO_OLD: N_("Begin again. If it happens twice, sign with a token."),
    Outcome.NOT_TRUSTED: N_(
        "A token's certificate must be of class 3, for signing, in its period, and from an "
        "authority licensed in India: ask its issuer. After an e-sign, begin again."
    ),
    Outcome.REVOKED: N_(
        "A token's certificate that was revoked signs nothing any more: ask its issuer for a new "
        "one, and sign by Aadhaar e-sign meanwhile."
    ),
    Outcome.OTHER_DOCUMENT: N_("Close other tabs in which you sign, then begin again."),
    Outcome.CANNOT_READ: N_("Begin again. If it happens twice, sign the other way."),
    Outcome.NOT_FINISHED: N_("Begin again a little later."),
    Outcome.CHANGED_HERE: N_("Begin again: the portal makes the file anew."),
    Outcome.CHANGED_MEANWHILE: N_("Review the application first: what you sign is how it stands."),
}

# Codes of eSign providers as far as deployed code agrees on them; unknown ones are a refusal.
_CODES: Mapping[str, Outcome] = {
    "ESP-944": Outcome.CANCELLED,
}


def outcome_of(err_code: str) -> Outcome:
    """What a provider's error code means to the person who wanted to sign."""
    return _CODES.get(err_code.upper(), Outcome.PROVIDER_REFUSED)


def test_page(name: str, ref: str) -> tuple[str, tuple[str, ...]]:
    """Title and lines of the page that somebody signs to try signing out."""
    return "Test page", (
        f"Signed by {name} to try out signing on eCoO. It declares nothing.",
        f"Request {ref}",
    )
