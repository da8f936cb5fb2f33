"""The file store: a folder or an S3-like bucket behind one interface; files are write-once."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from portal.core import clock
from portal.core.errors import Missing, Refused, TryLater

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid() -> str:
    """A sortable random name: 48 bits of milliseconds, 80 random bits (26 characters)."""
    value = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return "".join(_BASE32[(value >> shift) & 31] for shift in range(125, -1, -5))


class FileStore:
    """Files under `<kind>/<yyyy>/<mm>/<ulid>`; nothing is ever written over."""

    def __init__(self, url: str) -> None:
        """`file:///folder`, or `s3://bucket/prefix` with the usual AWS_* environment."""
        self._folder: Path | None = None
        if url.startswith("file://"):
            self._folder = Path(urlsplit(url).path)
            self._folder.mkdir(parents=True, exist_ok=True)
            self._store = LocalStore(self._folder)
        else:
            self._store = from_url(url)  # type: ignore[assignment]

    def put(self, kind: str, content: bytes) -> str:
        """Keep `content` and return its key. Raises TryLater if the store doesn't answer."""
        key = f"{kind}/{clock.now():%Y/%m}/{ulid()}"
        try:
            obstore.put(self._store, key, content, mode="create")
            if self._folder is not None:
                _settle(self._folder / key)
        except AlreadyExistsError:
            return self.put(kind, content)
        except (BaseError, OSError) as error:
            raise TryLater(f"file store: {error}") from error
        return key

    def put_back(self, key: str, content: bytes) -> bool:
        """Keep `content` under the key it had (a restore); False if it lies there already.

        Raises Refused where another content has that key, TryLater if the store doesn't answer.
        """
        try:
            obstore.put(self._store, key, content, mode="create")
        except AlreadyExistsError as error:
            if self.get(key) != content:
                raise Refused(f"file store: {key} is there with another content") from error
            return False
        except (BaseError, OSError) as error:
            raise TryLater(f"file store: {error}") from error
        return True

    def get(self, key: str) -> bytes:
        """The content of a key. Raises Missing, or TryLater if the store doesn't answer."""
        try:
            return bytes(obstore.get(self._store, key).bytes())
        except FileNotFoundError as error:
            raise Missing(key) from error
        except (BaseError, OSError) as error:
            raise TryLater(f"file store: {error}") from error

    def keys(self) -> Iterator[tuple[str, float]]:
        """Every key with its age in seconds, for the sweep of orphans and for backups."""
        now = time.time()
        for page in obstore.list(self._store):
            for item in page:
                yield item["path"], now - item["last_modified"].timestamp()

    def remove(self, key: str) -> None:
        """Delete a file that no row names (the sweep of orphans only)."""
        obstore.delete(self._store, key)


def _settle(path: Path) -> None:
    """Have the disk keep a file and its name before a row names it: a power cut loses neither."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
