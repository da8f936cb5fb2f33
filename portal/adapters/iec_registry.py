"""The registry of IECs over HTTP: `GET <address>/iec/<iec>` answers a firm as JSON, or 404."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from portal.core.errors import TryLater
from portal.identity.lifecycle import IecStatus
from portal.identity.ports import IecRecord

SECONDS = 4
MOST_BYTES = 64 * 1024
NEEDED = ("iec", "name", "pan", "status", "email", "mobile", "address", "city", "state", "pin")


class HttpIecRegistry:
    """Asks the registry and believes nothing that isn't whole."""

    def __init__(self, url: str) -> None:
        self._url = url

    def look_up(self, iec: str) -> IecRecord | None:
        """The firm of an IEC, or None where there is none. Raises TryLater on any other answer."""
        try:
            with urllib.request.urlopen(f"{self._url}/iec/{iec}", timeout=SECONDS) as answer:
                return _record(iec, json.loads(answer.read(MOST_BYTES)))
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise TryLater(f"IEC registry: {error.code}") from error
        except (OSError, ValueError) as error:
            raise TryLater(f"IEC registry: {type(error).__name__}") from error


def _record(iec: str, found: Any) -> IecRecord:
    """Raises ValueError for an answer that lacks something or speaks of another firm."""
    if not isinstance(found, dict) or found.get("iec") != iec:
        raise ValueError("not the firm that was asked for")
    if not all(isinstance(found.get(name), str) and found[name] for name in NEEDED):
        raise ValueError("facts are missing")
    texts = {name: found[name] for name in NEEDED if name != "status"}
    more = {name: str(found.get(name) or "") for name in ("gstin", "status_since")}
    return IecRecord(status=IecStatus(found["status"]), **texts, **more)
