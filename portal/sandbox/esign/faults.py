"""The ways in which the provider may misbehave until somebody switches it back to none."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong. Unless said otherwise, in the answer after a right code."""

    NONE = "none"
    # No answer, or a refusal.
    OUTAGE = "outage"  # 503 to requests and status queries
    STALE_TS = "stale_ts"  # the request is refused as too old
    DUPLICATE_TXN = "duplicate_txn"  # the request is refused as a repetition
    CANCEL = "cancel"  # as though the person had gone away
    OTP_WRONG = "otp_wrong"  # as though three codes had been wrong
    UNKNOWN_ERROR = "unknown_error"  # a code that nobody has heard of
    # When the answer comes.
    LATE = "late"  # to status queries at once, to the browser once the switch is back
    PENDING = "pending"  # to nobody until the switch is back: status 2
    SILENT = "silent"  # to status queries alone
    DOUBLE = "double"  # twice through the browser
    REPLAY = "replay"  # an earlier good answer to the same portal instead, where there is one
    # What was signed, and with what.
    WRONG_HASH = "wrong_hash"
    OTHER_SIGNER = "other_signer"  # UserX509Certificate isn't the one of the signature
    EXPIRED_CERTIFICATE = "expired_certificate"
    FOREIGN_CA = "foreign_ca"  # an authority of the same name and another key
    OTHER_POLICY = "other_policy"
    TEXT_IDENTIFIER = "text_identifier"  # good; x500UniqueIdentifier is text and no BIT STRING
    NAME_MISMATCH = "name_mismatch"  # the certificate names somebody else
    EXTRA_SIGNATURE = "extra_signature"
    MISSING_SIGNATURE = "missing_signature"
    CMS_8K = "cms_8k"  # good, and above 8 KiB
    CMS_LARGE = "cms_large"  # good, and above 40 KiB
    # The answer's own envelope.
    OTHER_TXN = "other_txn"
    OLD_ANSWER = "old_answer"  # dated two hours ago
    TAMPERED = "tampered"
    WRONG_KEY = "wrong_key"
    SHA1 = "sha1"
    XXE = "xxe"
    GARBAGE = "garbage"
    # Shapes of real answers, with invented people.
    CAPTURED_SHA1 = "captured_sha1"  # rsa-sha1, C14N with comments, a stranger's KeyInfo
    CAPTURED_KEYINFO = "captured_keyinfo"  # good, but KeyInfo shows a stranger's ended certificate
    CAPTURED_INDENTED = "captured_indented"  # good, indented, with long values in lines


REFUSALS = {
    Fault.STALE_TS: ("ESP-906", "The request is too old"),
    Fault.DUPLICATE_TXN: ("ESP-907", "The transaction was used before"),
}
FAILURES = {
    Fault.CANCEL: ("ESP-944", "The person ended the transaction"),
    Fault.OTP_WRONG: ("ESP-991", "Three codes were wrong"),
    Fault.UNKNOWN_ERROR: ("ESP-087", "SPECIMEN of an unknown error"),
}
HELD = {Fault.LATE, Fault.PENDING, Fault.SILENT}
