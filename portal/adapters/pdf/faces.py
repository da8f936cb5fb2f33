"""Registers the two faces with the PDF maker so that frame and stamp can share them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from portal.adapters.fonts import BOLD, REGULAR, ensure_faces

# Names of the font resources, the same in every document.
RESOURCES = {REGULAR: "ESR", BOLD: "ESB"}
# Beyond ASCII, these have the same code in every document: the frame may use no others.
FRAME_LETTERS = "’–·№"


def register_faces(fonts_dir: Path) -> None:
    """Make the two faces the only fonts: no @font-face, and no Helvetica from any default."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.platypus.tables import CellStyle
    from xhtml2pdf.default import DEFAULT_FONT

    if REGULAR not in pdfmetrics.getRegisteredFontNames():
        for name, path in zip((REGULAR, BOLD), ensure_faces(fonts_dir), strict=True):
            pdfmetrics.registerFont(_shared_face(name, path))
        pdfmetrics.registerFontFamily(REGULAR, REGULAR, BOLD, REGULAR, BOLD)
    rl_config.canvas_basefontname = REGULAR
    # Read from rl_config when loaded, so it is Helvetica where xhtml2pdf was loaded before us.
    CellStyle.fontname = REGULAR
    rl_config.invariant = 1
    rl_config.useA85 = 0
    DEFAULT_FONT[REGULAR] = REGULAR


def width(face: str, text: str) -> float:
    """The width of `text` at size 1."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, face, 1))


def _shared_face(name: str, path: Path) -> Any:
    from reportlab.pdfbase.ttfonts import TTFont

    class States(WeakKeyDictionary[Any, Any]):
        """What each document uses of a face, begun alike instead of in the order of use."""

        def __getitem__(self, document: Any) -> Any:
            if document not in self:
                self[document] = TTFont.State(True, face)
                face.splitString(FRAME_LETTERS, document)
                state = super().__getitem__(document)
                state.internalName = RESOURCES[name]
                document.fontMapping[name] = "/" + RESOURCES[name]
                document.delayedFonts.append(face)
            return super().__getitem__(document)

    face = TTFont(name, str(path))
    face.state = States()
    return face
