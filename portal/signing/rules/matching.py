"""Whether a signing credential proves that its holder acts for a firm of the registry of IECs.

The rule, stated; the first line that applies decides, and what contradicts never proves:

1. It holds an IEC: that of the firm, and no other organisation than the firm.
2. It names an organisation: the firm's name to the word (capitals, punctuation and the usual
   short forms such as "Pvt. Ltd." don't count), in the firm's state. Names of companies are
   unique in India; of other firms the PIN code must be the same as well. A single person's firm
   (PAN of a person) is never proven by a name.
3. It is personal: the digest in it is that of the firm's PAN, and that PAN is a person's.

Source of the three ways: the directorate's own practice (FAQ on signing certificates); state, PIN
code and the exclusions are this portal's caution.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from portal.core.words import N_
from portal.signing.rules.credentials import Binding, Holder

_SHORT_FORMS = {
    "pvt": "private",
    "ltd": "limited",
    "co": "company",
    "corp": "corporation",
    "bros": "brothers",
    "intl": "international",
}
_PARTNERSHIP = ["limited", "liability", "partnership"]
_COMPANY, _PERSON = "C", "P"
_HOLDER_KIND = 3


class Firm(Protocol):
    """A firm as the registry holds it."""

    @property
    def iec(self) -> str:
        """Its Importer-Exporter Code."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def pan(self) -> str:
        """Its PAN."""
        ...

    @property
    def state(self) -> str:
        """Where it is registered."""
        ...

    @property
    def pin(self) -> str:
        """The PIN code of its address."""
        ...


@dataclass(frozen=True)
class Match:
    """By what a credential proves a firm, or None, and the reason in marked words."""

    by: Binding | None
    why: str


def match(holder: Holder, firm: Firm) -> Match:
    """Whether `holder`'s credential proves `firm` by the rule above."""
    if holder.iec:
        return _by_iec(holder, firm)
    if holder.organisation:
        return _by_organisation(holder, firm)
    return _by_pan(holder, firm)


def fits_agency(binding: Binding | None, organisation: str, agency: str) -> bool:
    """Whether an officer of `agency` may decide with such a credential.

    It is personal, or names the agency to the word; one with an IEC is an exporter's.
    """
    if binding is Binding.PAN:
        return True
    return binding is Binding.ORGANISATION and is_same_organisation(organisation, agency)


def is_same_organisation(one: str, other: str) -> bool:
    """Whether two names are the same organisation's to the word; empty ones are nobody's."""
    first, second = _words(one), _words(other)
    return bool(first) and first == second


def _by_iec(holder: Holder, firm: Firm) -> Match:
    if not holder.has_sound_iec or holder.iec != firm.iec:
        return Match(None, N_("The certificate holds another IEC."))
    if holder.organisation and not is_same_organisation(holder.organisation, firm.name):
        return Match(None, N_("The certificate holds this IEC, but names another organisation."))
    return Match(Binding.IEC, N_("The certificate holds this IEC."))


def _by_organisation(holder: Holder, firm: Firm) -> Match:
    kind = firm.pan[_HOLDER_KIND : _HOLDER_KIND + 1]
    if kind == _PERSON:
        return Match(
            None, N_("The firm is a single person's: only that person's own certificate proves it.")
        )
    if not is_same_organisation(holder.organisation, firm.name):
        return Match(None, N_("The certificate names another organisation than the registry."))
    if not is_same_organisation(holder.state, firm.state):
        return Match(None, N_("The certificate names another state than the registry, or none."))
    if kind != _COMPANY and (not holder.pin or holder.pin != firm.pin):
        return Match(None, N_("The certificate names another PIN code than the registry, or none."))
    return Match(
        Binding.ORGANISATION, N_("The certificate names the organisation as the registry does.")
    )


def _by_pan(holder: Holder, firm: Firm) -> Match:
    digest = hashlib.sha256(firm.pan.upper().encode()).hexdigest()
    if not hmac.compare_digest(digest, holder.pan_sha256.lower()):
        return Match(None, N_("The certificate is of another PAN than the firm's."))
    if firm.pan[_HOLDER_KIND : _HOLDER_KIND + 1] != _PERSON:
        return Match(None, N_("A personal certificate proves only a single person's firm."))
    return Match(Binding.PAN, N_("The certificate is of the PAN of the firm's owner."))


def _words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", name).casefold().replace("m/s", " ").replace("&", " and ")
    kept = "".join(letter if letter.isalnum() else _gap(letter) for letter in plain)
    words = [_SHORT_FORMS.get(word, word) for word in kept.split()]
    return words[:-1] + _PARTNERSHIP if words[-1:] == ["llp"] else words


def _gap(letter: str) -> str:
    """Vowel signs belong to words, apostrophes and dots close up, all else parts them."""
    if unicodedata.category(letter) in ("Mn", "Mc"):
        return letter
    return "" if letter in "'’." else " "
