"""Folders beside database and file store: kept digests of the audit trail, a sandbox's secrets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.backup.manifest import BLOCK, Manifest, Part, Unfit, digest_of, is_plain, writing
from portal.config import Settings

FOLDER = "extras"


def places(settings: Settings, with_secrets: bool) -> Mapping[str, Path]:
    """Name in the backup → where it lies here. Raises Unfit for secrets outside a sandbox."""
    data = settings.data_dir
    found = {"audit-heads": data / "audit-heads"}
    if with_secrets and not settings.is_sandbox:
        raise Unfit("secrets are put into a sandbox's backup only; keep production's apart")
    if with_secrets:
        found |= {
            "secrets": data / "secrets",
            "authority": data / "authority",
            "companion": settings.companion_key.parent,
            "trust": settings.trust_dir,
            "moved-clock": data / "clock",
        }
    if with_secrets and settings.seal_folder is not None:
        found["seal-keys"] = settings.seal_folder
    return found


def copy_out(settings: Settings, folder: Path, with_secrets: bool) -> Iterator[Part]:
    """Copy what is there into the backup in `folder`."""
    for name, place in places(settings, with_secrets).items():
        for file in _files(place):
            inner = file.relative_to(place).as_posix()
            path = f"{FOLDER}/{name}" + ("" if file == place else f"/{inner}")
            if not is_plain(path):
                raise Unfit(f"{file}: a name like this can't be kept")
            yield _copy(file, folder, path)


def copy_back(settings: Settings, folder: Path, manifest: Manifest, mark: str) -> int:
    """Put them where the settings want them; another file in the way is renamed, not lost."""
    count = 0
    where = places(settings, manifest.with_secrets)
    for part in manifest.parts:
        top, _, rest = part.path.partition("/")
        name, _, inner = rest.partition("/")
        if top != FOLDER:
            continue
        if name not in where:
            raise Unfit(f"{part.path} has no place here")
        _put(folder / part.path, where[name] / inner if inner else where[name], part, mark)
        count += 1
    return count


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_file())


def _copy(file: Path, folder: Path, path: str) -> Part:
    with file.open("rb") as source, writing(folder, path) as out:
        while block := source.read(BLOCK):
            out.write(block)
    shutil.copymode(file, folder / path)
    return out.part(path)


def _put(source: Path, target: Path, part: Part, mark: str) -> None:
    if target.is_file():
        if digest_of(target) == part.sha256:
            return
        target.rename(target.with_name(f"{target.name}.before-{mark}"))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f"{target.name}.draft")
    draft.touch(mode=0o600)
    shutil.copyfile(source, draft)
    shutil.copymode(source, draft)
    os.replace(draft, target)
