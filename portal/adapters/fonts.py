"""Makes the certificate's two faces once, because the PDF maker can't use a variable font."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Any

REGULAR = "ecoosans"
BOLD = "ecoosans-bold"

# The package's version and this recipe's: a change of either makes new files beside the old ones.
EDITION = "2.15-1"
_FACES = ((REGULAR, "ECoO Sans", "Regular", 400), (BOLD, "ECoO Sans Bold", "Bold", 700))
# The PDF maker reads none of these; without them an instance is made in a third of the time.
_UNUSED_TABLES = ("GDEF", "GPOS", "GSUB", "gasp")


def ensure_faces(fonts_dir: Path) -> tuple[Path, Path]:
    """The files of the Regular and the Bold face, made at the first call (some seconds).

    Two processes may do it at once: each writes a file of its own and renames it.
    """
    fonts_dir.mkdir(parents=True, exist_ok=True)
    regular, bold = (_ensure(fonts_dir, *face) for face in _FACES)
    return regular, bold


def source_font() -> Path:
    """The variable font inside the installed package fontpkg-noto-sans."""
    import fontpkg_noto_sans

    files = sorted((Path(fontpkg_noto_sans.ROOT) / "files").glob("NotoSans[[]*.ttf"))
    if not files:
        raise FileNotFoundError("fontpkg-noto-sans holds no upright Noto Sans")
    return files[0]


def keep(target: Path, content: bytes) -> None:
    """Write a file whole or not at all: another process may read or write it at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(draft).replace(target)
    finally:
        Path(draft).unlink(missing_ok=True)


def _ensure(fonts_dir: Path, file_name: str, family: str, style: str, weight: int) -> Path:
    target = fonts_dir / f"{file_name}-{EDITION}.ttf"
    if not target.exists():
        made = io.BytesIO()
        _instance(family, style, weight).save(made, reorderTables=False)
        keep(target, made.getvalue())
    return target


def _instance(family: str, style: str, weight: int) -> Any:
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source_font(), recalcTimestamp=False)
    for table in _UNUSED_TABLES:
        if table in font:
            del font[table]
    face = instancer.instantiateVariableFont(font, {"wght": weight, "wdth": 100})
    _rename(face, family, style)
    return face


def _rename(face: Any, family: str, style: str) -> None:
    """Names of its own for each face: with one name for both, a PDF embeds one face for both."""
    names = face["name"]
    for name_id, text in (
        (1, family),
        (2, "Regular"),
        (3, f"{family} {EDITION}"),
        (4, family),
        (6, family.replace(" ", "") + ("" if style in family else f"-{style}")),
        (16, family),
        (17, "Regular"),
    ):
        names.setName(text, name_id, 3, 1, 0x409)
        names.setName(text, name_id, 1, 0, 0)
