"""Sorts what came in one upload, has each file judged, and makes of it what may be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.core.errors import Problem
from portal.core.words import N_
from portal.documents.inspection import inspect_pdf
from portal.documents.photos import bound, page_of
from portal.documents.rules import (
    MAX_DOCUMENT_BYTES,
    MAX_PHOTOS,
    PAGES_TOO_LARGE,
    PHOTO_MESSAGES,
    TOO_LARGE,
    TOO_MANY_PHOTOS,
    is_photo,
    message_for,
    name_as_sent,
    safe_display_name,
)


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name that its sender gave it, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Received:
    """A PDF that may be kept: its name for people, its bytes, how many pages it has."""

    name: str
    content: bytes
    pages: int


@dataclass(frozen=True)
class Refused:
    """Files that can't be kept: their name for people, and why."""

    name: str
    problem: Problem


ONE_PDF = Problem(
    "several_files",
    N_(
        "Of this kind a file has one document. Choose one PDF, or photos alone (they become the "
        "pages of one PDF); other papers go below “Another document”."
    ),
)


def received(uploads: Sequence[Upload], *, single: bool) -> Iterator[Received | Refused]:
    """What became of each document that came; all photos together are one document.

    With `single` only one document is wanted: more are refused before any is judged. Runs one
    confined process a file, one after another.
    """
    photos = [upload for upload in uploads if is_photo(upload.content)]
    others = [upload for upload in uploads if not is_photo(upload.content)]
    if single and len(others) + bool(photos) > 1:
        yield Refused("", ONE_PDF)
        return
    for upload in others:
        yield _document(upload)
    if photos:
        yield _of_photos(photos)


def _document(upload: Upload) -> Received | Refused:
    if len(upload.content) > MAX_DOCUMENT_BYTES:
        return Refused(name_as_sent(upload.name), TOO_LARGE)
    verdict = inspect_pdf(upload.content)
    if not verdict.ok:
        return Refused(name_as_sent(upload.name), message_for(verdict))
    return Received(safe_display_name(upload.name), upload.content, verdict.pages)


def _of_photos(photos: Sequence[Upload]) -> Received | Refused:
    """All photos or none: a document that lacks a page is worse than none."""
    name = name_as_sent(photos[0].name)
    if len(photos) > MAX_PHOTOS:
        values = {"count": len(photos), "most": MAX_PHOTOS}
        return Refused(name, Problem(TOO_MANY_PHOTOS.code, TOO_MANY_PHOTOS.text, values))
    pages = []
    for photo in photos:
        if len(photo.content) > MAX_DOCUMENT_BYTES:
            return Refused(name_as_sent(photo.name), TOO_LARGE)
        page = page_of(photo.content)
        if not page.ok:
            problem = Problem(page.code, PHOTO_MESSAGES[page.code])
            return Refused(name_as_sent(photo.name), problem)
        pages.append(page)
    made = _document(Upload(_without_ending(photos[0].name), bound(pages)))
    return Refused(name, PAGES_TOO_LARGE) if _is_too_large(made) else made


def _is_too_large(made: Received | Refused) -> bool:
    return isinstance(made, Refused) and made.problem is TOO_LARGE


def _without_ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return stem if dot and ending.lower() in ("jpg", "jpeg", "png") else name
