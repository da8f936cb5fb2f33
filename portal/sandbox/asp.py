"""Our side's key at the sandbox's e-sign provider, made at first run and registered there."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from portal.sandbox.authority.drafts import HOUR, YEAR, draft, name, signed
from portal.sandbox.authority.keys import Pair, kept, new_key


def register_asp(key_file: Path, registry: Path, asp_id: str, answers: str, now: datetime) -> None:
    """Make the key where there is none, and tell the provider its certificate and our address.

    `registry` is the provider's folder of clients, `answers` the beginning of the addresses that
    it may send answers to.
    """
    pair = kept(key_file, lambda: _new(asp_id, now))
    entry = {
        "certificate": pair.certificate.public_bytes(Encoding.PEM).decode(),
        "response_urls": [answers],
    }
    registry.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = registry / f".{asp_id}.{os.getpid()}"
    written.write_text(json.dumps(entry))
    written.replace(registry / f"{asp_id}.json")


def _new(asp_id: str, now: datetime) -> Pair:
    key, called = new_key(), name(f"SPECIMEN {asp_id}", "SPECIMEN eCoO")
    drafted = draft(called, key.public_key(), called, now - HOUR, now + 10 * YEAR)
    return Pair(key, signed(drafted, key))
