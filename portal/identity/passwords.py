"""Passwords as argon2 hashes, checked in the same time whether the person exists or not."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# The hash of a random password that nobody knows, so that unknown e-mails cost the same.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$a0pJd2VJRWh6Y2dSTkdFbA"
    "$6jWBuB3QgZbqIYwRwRs7BhcsKJ7xNAf3Xg4LsHnQ1vY"
)


def hashed(password: str) -> str:
    """The argon2id hash of a password (RFC 9106; OWASP's 19 MiB, two passes)."""
    return _hasher.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether a password belongs to a hash; None costs the same time and never fits."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
