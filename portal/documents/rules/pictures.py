"""What is found about an uploaded picture of a stamp or signature, and what to tell its person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.core.errors import Problem
from portal.core.words import N_

MAX_IMAGE_BYTES = 1024 * 1024


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
