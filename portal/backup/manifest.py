"""The manifest of a backup: what is in it, at which instant, and the SHA-256 of every part."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

FORMAT = 1
MANIFEST, DIGEST, LISTING = "manifest.json", "manifest.sha256", "files.jsonl"
BLOCK = 1 << 20
_STEP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]*")


class Unfit(Exception):
    """This can't be backed up or restored; the message says why and what to do."""


@dataclass(frozen=True)
class Part:
    """One file of the backup beside the manifest and the stored files."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class TablePart:
    """A table: one JSON array a line, values in the order of `columns` (name, kind)."""

    name: str
    rows: int
    columns: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        """Where its rows lie in the backup."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True)
class StoredFile:
    """A line of the listing: a file of the store; `fault` says why it isn't in the backup."""

    key: str
    sha256: str
    size: int
    fault: str = ""

    @property
    def path(self) -> str:
        """Where it lies in the backup."""
        return f"files/{self.key}"


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. Tables stand in the order in which they may be filled."""

    made_at: str
    environment: str
    revision: str
    database: str
    audit_digest: str
    with_secrets: bool
    files: int
    bytes: int
    tables: tuple[TablePart, ...]
    parts: tuple[Part, ...]
    faults: tuple[str, ...] = ()
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


@dataclass
class Hashed:
    """A file being written, whose SHA-256 and size are known when it is closed."""

    file: BinaryIO
    size: int = 0
    sha: Any = field(default_factory=hashlib.sha256)

    def write(self, content: bytes) -> None:
        """Append."""
        self.file.write(content)
        self.sha.update(content)
        self.size += len(content)

    def part(self, path: str) -> Part:
        """What the manifest says of it."""
        return Part(path, self.sha.hexdigest(), self.size)


@contextmanager
def writing(folder: Path, path: str) -> Iterator[Hashed]:
    """A new part of the backup in `folder`."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as file:
        yield Hashed(file)


def save(folder: Path, manifest: Manifest) -> str:
    """Write the manifest, last of all, and its own SHA-256 beside it; returns that."""
    content = json.dumps(asdict(manifest), indent=1).encode() + b"\n"
    digest = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_bytes(content)
    (folder / DIGEST).write_text(f"{digest}  {MANIFEST}\n")
    return digest


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises Unfit where there is none, or one that is not ours."""
    try:
        content = (folder / MANIFEST).read_bytes()
        kept = (folder / DIGEST).read_text().split()[:1]
    except OSError as error:
        raise Unfit(f"{folder} is no whole backup: {error.strerror} ({error.filename})") from error
    if kept != [hashlib.sha256(content).hexdigest()]:
        raise Unfit(f"{MANIFEST} differs from {DIGEST}")
    given = json.loads(content)
    if given.get("format") != FORMAT:
        raise Unfit(f"the backup has format {given.get('format')}; this code reads {FORMAT}")
    try:
        return _manifest(given)
    except (TypeError, ValueError, KeyError) as error:
        raise Unfit(f"{MANIFEST} lacks something: {error}") from error


def check(folder: Path, manifest: Manifest) -> None:
    """Read the whole backup and compare it with its digests. Raises Unfit naming what differs."""
    for part in manifest.parts:
        _check_one(folder, part.path, part.sha256)
    listed = list_size = 0
    for file in listing(folder):
        if not file.fault:
            _check_one(folder, file.path, file.sha256)
            listed, list_size = listed + 1, list_size + file.size
    if (listed, list_size) != (manifest.files, manifest.bytes):
        raise Unfit(f"{LISTING} names {listed} files, the manifest {manifest.files}")


def listing(folder: Path) -> Iterator[StoredFile]:
    """The stored files of a backup, those with a fault, too."""
    with (folder / LISTING).open("rb") as lines:
        for line in lines:
            yield StoredFile(**json.loads(line))


def is_plain(path: str) -> bool:
    """Whether a path is relative and has only plain steps (no `..`, nothing hidden)."""
    return PurePosixPath(path).as_posix() == path and all(
        _STEP.fullmatch(step) for step in path.split("/")
    )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_one(folder: Path, path: str, sha256: str) -> None:
    if not is_plain(path):
        raise Unfit(f"{path!r} is no place inside a backup")
    try:
        found = digest_of(folder / path)
    except OSError as error:
        raise Unfit(f"{path} can't be read: {error.strerror}") from error
    if found != sha256:
        raise Unfit(f"{path} was changed: its SHA-256 is not the one of the backup")


def _manifest(given: dict[str, Any]) -> Manifest:
    tables = tuple(
        TablePart(t["name"], t["rows"], tuple((name, kind) for name, kind in t["columns"]))
        for t in given.pop("tables")
    )
    parts = tuple(Part(**part) for part in given.pop("parts"))
    faults = tuple(given.pop("faults"))
    manifest = Manifest(tables=tables, parts=parts, faults=faults, **given)
    named = {part.path for part in parts}
    missing = [path for path in (LISTING, *(t.path for t in tables)) if path not in named]
    if missing:
        raise ValueError(f"no digest of {', '.join(missing)}")
    return manifest
