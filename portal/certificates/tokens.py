"""The signed token in a certificate's QR code, and the check code printed beside its number."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from portal.core.refs import random_ref

ID_BYTES, MAC_BYTES = 8, 10


@dataclass(frozen=True)
class QrKeys:
    """Keys by id (1–255). The highest signs; older ones are never retired: codes are printed."""

    keys: Mapping[int, bytes]

    @classmethod
    def parse(cls, text: str) -> QrKeys:
        """Keys from `1:hex,2:hex`. Raises ValueError for anything else."""
        pairs = (part.split(":", 1) for part in text.split(","))
        keys = {int(key_id): bytes.fromhex(key) for key_id, key in pairs}
        if not keys or any(len(key) < 16 or not 0 < i < 256 for i, key in keys.items()):
            raise ValueError("QR_KEYS needs ids from 1 to 255 and keys of 16 bytes or more")
        return cls(keys)

    def token(self, qr_id: str) -> str:
        """The signed token of a certificate's `qr_id` (16 hexadecimal digits): 26 characters."""
        key_id = max(self.keys)
        body = bytes([key_id]) + bytes.fromhex(qr_id)
        return base64.urlsafe_b64encode(body + self._mac(key_id, body)).decode().rstrip("=")

    def qr_id(self, token: str) -> str | None:
        """The `qr_id` of a token that one of our keys signed, or None."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (ValueError, binascii.Error):
            return None
        body, mac = raw[: 1 + ID_BYTES], raw[1 + ID_BYTES :]
        if len(raw) != 1 + ID_BYTES + MAC_BYTES or body[0] not in self.keys:
            return None
        return body[1:].hex() if hmac.compare_digest(mac, self._mac(body[0], body)) else None

    def _mac(self, key_id: int, body: bytes) -> bytes:
        return hmac.new(self.keys[key_id], b"qr" + body, hashlib.sha256).digest()[:MAC_BYTES]


def new_qr_id() -> str:
    """A random id for a certificate's QR token."""
    return secrets.token_hex(ID_BYTES)


def new_check_code() -> str:
    """Eight random characters (40 bits), printed as XXXX-XXXX."""
    return random_ref(8)


def printed(check_code: str) -> str:
    """A check code as it is printed."""
    return f"{check_code[:4]}-{check_code[4:]}"
