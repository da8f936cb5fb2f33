"""Makes an object of drawing operators that several pages show."""

from __future__ import annotations

from typing import Any

from portal.adapters.pdf.form import PAGE_PT

_FADE = 0.11


def form_object(deflated: bytes) -> Any:
    """Deflated operators as one object; they may use our fonts and the state `Fade`."""
    from reportlab.pdfbase import pdfdoc

    resources = pdfdoc.PDFResourceDictionary()
    resources.basicFonts()
    resources.ExtGState = pdfdoc.PDFDictionary({"Fade": pdfdoc.PDFDictionary({"ca": _FADE})})
    shared = pdfdoc.PDFFormXObject(0, 0, *PAGE_PT)
    shared.Resources = resources
    shared.Contents = pdfdoc.PDFStream(content=deflated)
    shared.Contents.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    return shared
