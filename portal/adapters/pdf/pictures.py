"""Draws an office's stamp and an officer's signature into box 11."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from portal.adapters.pdf import form
from portal.adapters.pdf.form import PAGE_PT, PT_PER_MM, Box, Kind


def draw_pictures(canvas: Any, kind: Kind, pictures: Mapping[str, bytes]) -> float:
    """Draw PNGs, by use; returns how many millimetres of box 11 they leave to no text."""
    drawn = [use for use in form.PICTURES if use in pictures]
    for use in drawn:
        _draw(canvas, pictures[use], form.picture(kind.statements[0], use))
    return form.PICTURES_WIDTH if drawn else 0.0


def _draw(canvas: Any, png: bytes, box: Box) -> None:
    """As large as fits into `box`, in its middle, transparent where the PNG is."""
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(io.BytesIO(png))
    across, down = picture.getSize()
    scale = min(box.width / across, box.height / down)
    width, height = across * scale, down * scale
    left = box.left + (box.width - width) / 2
    bottom = box.top + (box.height + height) / 2
    at = (left * PT_PER_MM, PAGE_PT[1] - bottom * PT_PER_MM)
    canvas.drawImage(picture, *at, width * PT_PER_MM, height * PT_PER_MM, mask="auto")
