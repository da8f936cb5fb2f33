"""The portal's key for companions in a sandbox, made at first run, and its public half."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from portal.sandbox.authority.keys import publish


def ensure_companion_key(key_file: Path) -> Path:
    """Make the key where there is none; returns the file (JWK set) that companions are given."""
    if not key_file.exists():
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        publish(key_file, pem)
    key = load_pem_private_key(key_file.read_bytes(), None)
    public = key.public_key().public_bytes_raw()  # type: ignore[union-attr]
    x = base64.urlsafe_b64encode(public).decode().rstrip("=")
    kid = hashlib.sha256(public).hexdigest()[:16]
    given = key_file.with_suffix(".jwks")
    given.write_text(json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x}]}))
    return given
