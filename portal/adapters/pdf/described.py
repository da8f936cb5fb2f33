"""Gives a PDF its title, author and language."""

from __future__ import annotations

import io
from typing import Any


def described(pdf: bytes, *, title: str, author: str) -> bytes:
    """Title, author and language; no date, since the seal or signature holds the one that counts.

    The same bytes give the same bytes.
    """
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        info: Any = pikepdf.Dictionary(Title=title, Author=author)
        document.trailer.Info = document.make_indirect(info)
        document.Root.Lang = pikepdf.String("en-IN")
        document.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        document.save(out, deterministic_id=True)
    return out.getvalue()
