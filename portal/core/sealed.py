"""Secrets at rest: what the database may hold and only the portal's own key can read again."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


def seal(secret_key: str, text: str) -> str:
    """The text, encrypted and signed (Fernet) under the portal's key."""
    return _box(secret_key).encrypt(text.encode()).decode()


def unseal(secret_key: str, sealed: str) -> str:
    """What was sealed. Raises ValueError where another key sealed it, or nobody did."""
    try:
        return _box(secret_key).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("sealed under another key") from error


def fingerprint(secret_key: str, *parts: str) -> str:
    """What is kept of a code or link (HMAC-SHA-256, hex): without the key it can't be tried out."""
    message = "\0".join(parts).encode()
    return hmac.new(secret_key.encode(), message, hashlib.sha256).hexdigest()


def _box(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"rest {secret_key}".encode()).digest()))
