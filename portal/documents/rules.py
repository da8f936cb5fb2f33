"""What may be uploaded, and what to tell a person whose file can't be taken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from portal.core.errors import Problem
from portal.core.words import N_

MAX_DOCUMENT_BYTES = 5 * 1024 * 1024
MAX_IMAGE_BYTES = 1024 * 1024
MAX_NAME_LENGTH = 120

# Invisible by category, and what looks blank though Unicode calls it a letter or a symbol.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"


class DocumentKind(StrEnum):
    """What an uploaded document is; invoice and packing list are compulsory (PN 43/2024-25)."""

    INVOICE = "invoice"
    PACKING_LIST = "packing_list"


KIND_LABELS: Mapping[DocumentKind, str] = {
    DocumentKind.INVOICE: N_("Invoice"),
    DocumentKind.PACKING_LIST: N_("Packing list"),
}


class VerdictCode(StrEnum):
    """Everything that can be said about an uploaded file; judge_pdf.py writes the same words."""

    OK = "ok"
    EMPTY = "empty"
    IS_JPEG = "is_jpeg"
    IS_PNG = "is_png"
    IS_IMAGE = "is_image"
    IS_OFFICE = "is_office"
    IS_ZIP = "is_zip"
    IS_HTML = "is_html"
    IS_TEXT = "is_text"
    NOT_PDF = "not_pdf"
    NEEDS_PASSWORD = "needs_password"
    OWNER_PASSWORD = "owner_password"
    DAMAGED = "damaged"
    NO_PAGES = "no_pages"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_OBJECTS = "too_many_objects"
    HAS_SCRIPT = "has_script"
    HAS_LAUNCH = "has_launch"
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


class ImageCode(StrEnum):
    """Everything that can be said about an uploaded picture; judge_image.py writes these words."""

    OK = "ok"
    EMPTY = "empty"
    IS_OTHER_IMAGE = "is_other_image"
    IS_SVG = "is_svg"
    IS_PDF = "is_pdf"
    NOT_IMAGE = "not_image"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    MANY_FRAMES = "many_frames"
    BLANK = "blank"
    NO_PAPER = "no_paper"
    TOO_DETAILED = "too_detailed"
    DAMAGED = "damaged"
    TOO_COSTLY = "too_costly"
    NOT_CHECKED = "not_checked"


IMAGE_MESSAGES: Mapping[ImageCode, str] = {
    ImageCode.OK: N_("The picture can be used."),
    ImageCode.EMPTY: N_(
        "The file is empty (0 bytes). Save the picture again as PNG or JPEG, check that it opens, "
        "and upload that."
    ),
    ImageCode.IS_OTHER_IMAGE: N_(
        "This is a picture of another kind (such as GIF, WebP, HEIC, BMP or TIFF), whatever its "
        "name ends with. Open it, save it as PNG or JPEG, and upload that."
    ),
    ImageCode.IS_SVG: N_(
        "This is a drawing (SVG), not a picture of pixels. Export it as PNG, 1,000 pixels wide, "
        "and upload that."
    ),
    ImageCode.IS_PDF: N_(
        "This is a PDF, not a picture, whatever its name ends with. Scan the stamp or signature "
        "as PNG or JPEG, and upload that."
    ),
    ImageCode.NOT_IMAGE: N_(
        "This is neither PNG nor JPEG, whatever its name ends with. Scan the stamp or signature "
        "as PNG or JPEG, and upload that."
    ),
    ImageCode.TOO_MANY_PIXELS: N_(
        "The picture is larger than 4,000 × 4,000 pixels. Cut it to the stamp or signature, or "
        "scan it at 300 dots to the inch, and upload that."
    ),
    ImageCode.TOO_SMALL: N_(
        "The stamp or signature is less than 100 pixels wide and high, so its print would be "
        "blurred. Scan it at 300 dots to the inch or more, and upload that."
    ),
    ImageCode.MANY_FRAMES: N_(
        "The file holds more than one picture (an animation, or a phone's picture with a second "
        "one inside). Save a single picture as PNG, and upload that."
    ),
    ImageCode.BLANK: N_(
        "The picture is blank: there is no ink darker than its paper. Use dark ink on white "
        "paper, scan it again, and upload that."
    ),
    ImageCode.NO_PAPER: N_(
        "The picture has no white paper around the ink, so a dark block would be printed. Scan "
        "the stamp or signature on white paper in even light, and upload that."
    ),
    ImageCode.TOO_DETAILED: N_(
        "The picture has too much detail for a stamp or signature, such as a photo or a grainy "
        "scan. Scan it in even light on plain white paper, and upload that."
    ),
    ImageCode.DAMAGED: N_(
        "The picture is damaged or was cut off on its way. Save or scan it again, check that it "
        "opens, and upload the new copy."
    ),
    ImageCode.TOO_COSTLY: N_(
        "Checking the picture took too much time or memory. Scan it at 300 dots to the inch, and "
        "upload that."
    ),
    ImageCode.NOT_CHECKED: N_(
        "We couldn't check the picture just now; nothing is wrong with it as far as we know. "
        "Upload it again in a few minutes."
    ),
}

IMAGE_TOO_LARGE = Problem(
    "too_large",
    N_(
        "The file is larger than %(most)s MB. Cut the picture to the stamp or signature, or save "
        "it with fewer pixels, and upload that."
    ),
    {"most": MAX_IMAGE_BYTES // (1024 * 1024)},
)
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


def safe_display_name(filename: str) -> str:
    """A file name fit to be shown: no path, nothing invisible, at most 120 characters, `.pdf`.

    Only for showing: a file is stored under a key of our own, never under this name.
    """
    last = re.split(r"[/\\]", filename)[-1]
    seen = "".join(char for char in last if _is_visible(char))
    stem = " ".join(unicodedata.normalize("NFC", seen).split())
    stem = _without_ending(_without_ending(stem)[: MAX_NAME_LENGTH - len(".pdf")])
    return f"{stem or 'document'}.pdf"


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN and char not in _BLANKS


def _without_ending(stem: str) -> str:
    return re.sub(r"(?:\.pdf|[. ])+$", "", stem, flags=re.IGNORECASE).lstrip(". ")
