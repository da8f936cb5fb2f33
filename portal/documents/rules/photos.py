"""What is found about a photo that is to become a page, and what to tell its person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.core.errors import Problem
from portal.core.words import N_

# What one document is made of, and what one upload may weigh.
MAX_PHOTOS = 10
MAX_UPLOAD_BYTES = 26 * 1024 * 1024

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class PhotoCode(StrEnum):
    """Everything that can be said about a photo; judge_photo.py writes the same words."""

    OK = "ok"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    MANY_FRAMES = "many_frames"
    BLANK = "blank"
    DAMAGED = "damaged"
    TOO_COSTLY = "too_costly"
    NOT_CHECKED = "not_checked"


PHOTO_MESSAGES: Mapping[PhotoCode, str] = {
    PhotoCode.OK: N_("The photo can be used."),
    PhotoCode.TOO_MANY_PIXELS: N_(
        "The photo has more pixels than can be checked (JPEG 64, PNG 24 million). Take it with the "
        "camera's usual setting, or save it smaller, and upload that."
    ),
    PhotoCode.TOO_SMALL: N_(
        "The photo is less than 400 pixels wide and high: nobody could read the document. Take it "
        "again from near, or upload the photo itself instead of its preview."
    ),
    PhotoCode.MANY_FRAMES: N_(
        "The file is an animation, not a photo. Save a single picture as PNG or JPEG, and upload "
        "that."
    ),
    PhotoCode.BLANK: N_(
        "The photo shows nothing: all of it has one colour. Take it again and upload that."
    ),
    PhotoCode.DAMAGED: N_(
        "The photo is damaged or was cut off on its way. Take or save it again, check that it "
        "opens, and upload the new one."
    ),
    PhotoCode.TOO_COSTLY: N_(
        "Checking the photo took too much time or memory. Take it with fewer pixels, or save it as "
        "an ordinary JPEG, and upload that."
    ),
    PhotoCode.NOT_CHECKED: N_(
        "We couldn't check the photo just now; nothing is wrong with it as far as we know. Upload "
        "it again in a few minutes."
    ),
}
TOO_MANY_PHOTOS = Problem(
    "too_many_photos",
    N_(
        "These are %(count)s photos; one document is made of %(most)s at most. Put more pages into "
        "one PDF, and upload that."
    ),
)
PAGES_TOO_LARGE = Problem(
    "pages_too_large",
    N_(
        "Together the photos make a PDF larger than 5 MB. Upload fewer photos at once, or a PDF "
        "scanned in black and white."
    ),
)


def is_photo(content: bytes) -> bool:
    """Whether a file says by its first bytes that it is JPEG or PNG, whatever its name."""
    return content.startswith(_STARTS)
