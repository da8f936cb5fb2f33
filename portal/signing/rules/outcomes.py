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
    Outcome.CANCELLED: N_("You stopped at the provider. Nothing was signed."),
    Outcome.NAME_DIFFERS: N_(
        "The provider certifies another name than that of the signatory. Correct the signatory, or "
        "have that person sign. Nothing was signed."
    ),
    Outcome.PROVIDER_REFUSED: N_("The provider refused. Nothing was signed."),
    Outcome.NO_ANSWER: N_("No answer came from the provider in time. Nothing was signed."),
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

# Codes of eSign providers as far as deployed code agrees on them; unknown ones are a refusal.
_CODES: Mapping[str, Outcome] = {
    "ESP-944": Outcome.CANCELLED,
}


def outcome_of(err_code: str) -> Outcome:
    """What a provider's error code means to the person who wanted to sign."""
    return _CODES.get(err_code.upper(), Outcome.PROVIDER_REFUSED)
