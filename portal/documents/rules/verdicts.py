"""What is found about an uploaded file, and what to tell its person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from portal.core.errors import Problem
from portal.core.words import N_

MAX_DOCUMENT_BYTES = 5 * 1024 * 1024


class VerdictCode(StrEnum):
    """Everything that can be said about an uploaded file; judge_pdf.py writes the same words."""

    OK = "ok"
    EMPTY = "empty"
    IS_JPEG = "is_jpeg"
    IS_PNG = "is_png"
    IS_HEIC = "is_heic"
    IS_IMAGE = "is_image"
    IS_OFFICE = "is_office"
    IS_ZIP = "is_zip"
    IS_HTML = "is_html"
    IS_TEXT = "is_text"
    IS_TWO_THINGS = "is_two_things"
    NOT_PDF = "not_pdf"
    NEEDS_PASSWORD = "needs_password"
    OWNER_PASSWORD = "owner_password"
    DAMAGED = "damaged"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_OBJECTS = "too_many_objects"
    HAS_SCRIPT = "has_script"
    HAS_LAUNCH = "has_launch"
    HAS_SUBMIT = "has_submit"
    HAS_ATTACHMENT = "has_attachment"
    HAS_XFA = "has_xfa"
    HAS_MEDIA = "has_media"
    TOO_COSTLY = "too_costly"
    UNREADABLE = "unreadable"
    NOT_CHECKED = "not_checked"


MESSAGES: Mapping[VerdictCode, str] = {
    VerdictCode.OK: N_("The file can be used."),
    VerdictCode.EMPTY: N_(
        "The file is empty (0 bytes). Save the document again as a PDF, check that it opens, "
        "and upload that."
    ),
    VerdictCode.IS_JPEG: N_(
        "This is a JPEG picture, not a PDF, whatever its name ends with. Put the picture into a "
        "PDF (print it and choose “Save as PDF”) and upload that."
    ),
    VerdictCode.IS_PNG: N_(
        "This is a PNG picture, not a PDF, whatever its name ends with. Put the picture into a "
        "PDF (print it and choose “Save as PDF”) and upload that."
    ),
    VerdictCode.IS_HEIC: N_(
        "This is a HEIC photo, as newer phones take them, and few programs can open it. On the "
        "phone choose Settings, Camera, Formats, “Most compatible” and take it again, or open it "
        "and save or share it as JPEG or PDF, and upload that."
    ),
    VerdictCode.IS_IMAGE: N_(
        "This is a picture or a film, not a PDF, whatever its name ends with. Put the picture "
        "into a PDF (print it and choose “Save as PDF”) and upload that."
    ),
    VerdictCode.IS_OFFICE: N_(
        "This is a document of an office program (such as Word or Excel), not a PDF. Open it "
        "there, export or save it as PDF, and upload that."
    ),
    VerdictCode.IS_ZIP: N_(
        "This is a ZIP archive, not a PDF. Take the PDF out of the archive and upload it alone."
    ),
    VerdictCode.IS_HTML: N_(
        "This is a web page, not a PDF. Open the page, print it with “Save as PDF”, and upload "
        "that. If you meant to download a PDF, your sign-in there may have ended."
    ),
    VerdictCode.IS_TEXT: N_(
        "This is plain text, not a PDF. Save the document itself as PDF and upload that."
    ),
    VerdictCode.IS_TWO_THINGS: N_(
        "This file is a PDF and at the same time something else (an archive or a web page), so "
        "that it shows different things in different programs. Print it to PDF, which leaves the "
        "PDF alone, and upload that copy."
    ),
    VerdictCode.NOT_PDF: N_(
        "This is not a PDF, and we don't recognise what it is. Save the document as PDF and "
        "upload that."
    ),
    VerdictCode.NEEDS_PASSWORD: N_(
        "This PDF opens only with a password, so the officer couldn't read it. Save a copy "
        "without a password and upload that."
    ),
    VerdictCode.OWNER_PASSWORD: N_(
        "This PDF opens, but it is encrypted and restricts what may be done with it. Save a copy "
        "without restrictions (printing to PDF makes one) and upload that."
    ),
    VerdictCode.DAMAGED: N_(
        "This PDF is damaged or was cut off on its way, and couldn't be repaired. Save or "
        "download it again, check that it opens, and upload the new copy."
    ),
    VerdictCode.NO_PAGES: N_(
        "This PDF has no pages. Save the document again as PDF and upload that."
    ),
    VerdictCode.TOO_MANY_PAGES: N_(
        "This PDF has more than 200 pages. Upload only the pages that belong to this document."
    ),
    VerdictCode.TOO_MANY_OBJECTS: N_(
        "This PDF is built of more than 50,000 parts, which is too much to check. Print it to "
        "PDF, which makes a simpler copy, and upload that."
    ),
    VerdictCode.HAS_SCRIPT: N_(
        "This PDF contains a program (JavaScript). Print it to PDF, which leaves the program out, "
        "and upload that copy."
    ),
    VerdictCode.HAS_LAUNCH: N_(
        "This PDF would start another program. Print it to PDF, which leaves that out, and upload "
        "that copy."
    ),
    VerdictCode.HAS_SUBMIT: N_(
        "This PDF is a form that would send or fetch what is filled in. Print the filled form to "
        "PDF, which leaves that out, and upload that copy."
    ),
    VerdictCode.HAS_ATTACHMENT: N_(
        "This PDF has other files inside it. Print it to PDF, which leaves them out, and upload "
        "that copy. Upload the files inside on their own if the officer needs them."
    ),
    VerdictCode.HAS_XFA: N_(
        "This PDF is a dynamic form (XFA) that many programs can't show. Print the filled form to "
        "PDF and upload that copy."
    ),
    VerdictCode.HAS_MEDIA: N_(
        "This PDF contains sound, film or a 3-D model. Print it to PDF, which leaves these out, "
        "and upload that copy."
    ),
    VerdictCode.TOO_COSTLY: N_(
        "Checking this PDF took too much time or memory. Print it to PDF, which makes a simpler "
        "copy, or scan it at a lower resolution, and upload that."
    ),
    VerdictCode.UNREADABLE: N_(
        "We couldn't read this PDF. Print it to PDF, which makes a clean copy, and upload that."
    ),
    VerdictCode.NOT_CHECKED: N_(
        "We couldn't check the file just now; nothing is wrong with it as far as we know. Upload "
        "it again in a few minutes."
    ),
}

TOO_LARGE = Problem(
    "too_large",
    N_(
        "The file is larger than %(most)s MB. Scan it at a lower resolution or in black and white, "
        "or save it as a smaller PDF, and upload that."
    ),
    {"most": MAX_DOCUMENT_BYTES // (1024 * 1024)},
)


class Judged(Protocol):
    """The part of a verdict that the message needs."""

    @property
    def code(self) -> VerdictCode:
        """What was found."""
        ...


def message_for(verdict: Judged) -> Problem:
    """What to tell the person about a file: what happened and how to put it right."""
    return Problem(verdict.code, MESSAGES[verdict.code])
