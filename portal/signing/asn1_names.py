"""Mends how asn1crypto 1.5.1 compares names: a bit string in one makes it fail.

Certificates of e-sign providers carry such a part (x500UniqueIdentifier, OID 2.5.4.45), and pyHanko
compares names whenever it builds a chain.
"""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def mend() -> None:
    """Let parts of names that are not text be compared by their bytes; again without effect."""
    from asn1crypto.x509 import NameTypeAndValue

    prepared = NameTypeAndValue._ldap_string_prep

    def prepare(self: Any, value: Any) -> str:
        if isinstance(value, str):
            return str(prepared(self, value))
        return self["value"].dump().hex()  # type: ignore[no-any-return]

    NameTypeAndValue._ldap_string_prep = prepare
