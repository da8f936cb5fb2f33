"""What may be uploaded, and what to tell a person whose file can't be taken."""

from __future__ import annotations

from portal.documents.rules.kinds import KIND_LABELS, DocumentKind, label_of, rank_of
from portal.documents.rules.names import MAX_NAME_LENGTH, name_as_sent, safe_display_name
from portal.documents.rules.photos import (
    MAX_PHOTOS,
    MAX_UPLOAD_BYTES,
    PAGES_TOO_LARGE,
    PHOTO_MESSAGES,
    TOO_MANY_PHOTOS,
    PhotoCode,
    is_photo,
)
from portal.documents.rules.pictures import (
    IMAGE_MESSAGES,
    IMAGE_TOO_LARGE,
    MAX_IMAGE_BYTES,
    ImageCode,
)
from portal.documents.rules.verdicts import (
    MAX_DOCUMENT_BYTES,
    MESSAGES,
    TOO_LARGE,
    Judged,
    VerdictCode,
    message_for,
)

__all__ = [
    "IMAGE_MESSAGES",
    "IMAGE_TOO_LARGE",
    "KIND_LABELS",
    "MAX_DOCUMENT_BYTES",
    "MAX_IMAGE_BYTES",
    "MAX_NAME_LENGTH",
    "MAX_PHOTOS",
    "MAX_UPLOAD_BYTES",
    "MESSAGES",
    "PAGES_TOO_LARGE",
    "PHOTO_MESSAGES",
    "TOO_LARGE",
    "TOO_MANY_PHOTOS",
    "DocumentKind",
    "ImageCode",
    "Judged",
    "PhotoCode",
    "VerdictCode",
    "is_photo",
    "label_of",
    "message_for",
    "name_as_sent",
    "rank_of",
    "safe_display_name",
]
