"""Sorts what came in one upload, has each file judged, and makes of it what may be kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Protocol

from portal.core.errors import Problem
from portal.core.words import N_
from portal.documents.inspection import inspect_pdf
from portal.documents.photos import bound, page_of
from portal.documents.rules import (
    LEFT_OUT,
    MAX_DOCUMENT_BYTES,
    MAX_FILES,
    PAGES_TOO_LARGE,
    PHOTO_MESSAGES,
    TOO_LARGE,
    TOO_MANY_FILES,
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


class SentFile(Protocol):
    """What is needed of a file of a form, as werkzeug has it."""

    filename: str | None
    stream: IO[bytes]


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


def uploads_of(files: Iterable[SentFile]) -> list[Upload]:
    """The files that came with a form; of one that is too large only enough to see that it is."""
    return [
        Upload(file.filename, file.stream.read(MAX_DOCUMENT_BYTES + 1))
        for file in files
        if file.filename
    ]


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
    confined process a file, one after another; after one that took too long no other is judged.
    """
    photos = [upload for upload in uploads if is_photo(upload.content)]
    if len(uploads) > MAX_FILES:
        problem = TOO_MANY_PHOTOS if len(photos) == len(uploads) else TOO_MANY_FILES
        yield Refused("", _counted(problem, len(uploads)))
        return
    others = [upload for upload in uploads if not is_photo(upload.content)]
    if single and len(others) + bool(photos) > 1:
        yield Refused("", ONE_PDF)
        return
    was_costly = False
    for judge, files in [(_one, [upload]) for upload in others] + [(_of_photos, photos)]:
        if files:
            made = Refused(name_as_sent(files[0].name), LEFT_OUT) if was_costly else judge(files)
            was_costly = was_costly or _is(made, "too_costly")
            yield made


def _one(uploads: Sequence[Upload]) -> Received | Refused:
    return _document(uploads[0])


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
    return Refused(name, PAGES_TOO_LARGE) if _is(made, TOO_LARGE.code) else made


def _is(made: Received | Refused, code: str) -> bool:
    return isinstance(made, Refused) and made.problem.code == code


def _counted(problem: Problem, count: int) -> Problem:
    return Problem(problem.code, problem.text, {"count": count, "most": MAX_FILES})


def _without_ending(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return stem if dot and ending.lower() in ("jpg", "jpeg", "png") else name
