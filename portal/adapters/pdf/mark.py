"""Draws the SPECIMEN mark as shapes, so that it needs no font and can't be copied away as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

# The mark rises by 57 degrees, between the page's lower left and upper right corner.
_LENGTH_PT = 760
_COS, _SIN = 0.5446, 0.8387


def outlines(face: Path, text: str) -> bytes:
    """PDF operators: `text` in outlines along the page's diagonal, under the state `Fade`."""
    from fontTools.pens.reportLabPen import ReportLabPen
    from fontTools.ttLib import TTFont

    font = TTFont(face)
    glyphs, shapes = font.getGlyphSet(), font.getBestCmap()
    parts, across = [], 0.0
    for char in text:
        glyph = glyphs[shapes[ord(char)]]
        pen = ReportLabPen(glyphs)
        glyph.draw(pen)
        parts.append(_operators(pen.path, across))
        across += glyph.width
    scale = _LENGTH_PT / across
    turn = f"{scale * _COS:.5f} {scale * _SIN:.5f} {-scale * _SIN:.5f} {scale * _COS:.5f}"
    return f"q /Fade gs 0.69 0 0.13 rg {turn} 92 118 cm {' '.join(parts)} f Q".encode()


def _operators(path: Any, across: float) -> str:
    """One glyph's outline, moved `across` to the right, in font units."""
    numbers = iter(path.points)
    parts = []
    for operator in path.operators:
        arity, letter = ((2, "m"), (2, "l"), (6, "c"), (0, "h"))[operator]
        taken = [next(numbers) for _ in range(arity)]
        taken[::2] = [x + across for x in taken[::2]]
        parts.append(" ".join([*(f"{number:.0f}" for number in taken), letter]))
    return " ".join(parts)
