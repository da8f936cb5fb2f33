"""Everything that the companion answers instead of what was asked, with its words and status."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What went wrong, as pages read it."""

    # The way in
    HOST_WRONG = "host_wrong"
    ORIGIN_REFUSED = "origin_refused"
    NOT_FOUND = "not_found"
    METHOD_WRONG = "method_wrong"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    INTERNAL = "internal"
    # Pairing
    CODE_WRONG = "code_wrong"
    PAIRING_CLOSED = "pairing_closed"
    NOT_PAIRED = "not_paired"
    # What the portal asks for
    NOT_CONFIGURED = "not_configured"
    REQUEST_INVALID = "request_invalid"
    REQUEST_UNTRUSTED = "request_untrusted"
    REQUEST_OTHER_ORIGIN = "request_other_origin"
    ATTRIBUTES_REFUSED = "attributes_refused"
    EXPIRED = "expired"
    REPLAYED = "replayed"
    BUSY = "busy"
    # The person
    CANCELLED = "cancelled"
    TIMEOUT = "timeout"
    # The token
    NO_LIBRARY = "no_library"
    LIBRARY_FAILED = "library_failed"
    NO_TOKEN = "no_token"
    TOKEN_REMOVED = "token_removed"
    TOKEN_TIMEOUT = "token_timeout"
    TOKEN_FAILED = "token_failed"
    CERTIFICATE_NOT_FOUND = "certificate_not_found"
    CERTIFICATE_UNFIT = "certificate_unfit"
    KEY_NOT_FOUND = "key_not_found"
    PIN_WRONG = "pin_wrong"
    PIN_FINAL_TRY = "pin_final_try"
    PIN_LOCKED = "pin_locked"
    PIN_NOT_SET = "pin_not_set"


_SAID: dict[Code, tuple[int, str]] = {
    Code.HOST_WRONG: (421, "This program answers only under its own address, 127.0.0.1."),
    Code.ORIGIN_REFUSED: (403, "This program does not know the site that asked."),
    Code.NOT_FOUND: (404, "This program has no such address."),
    Code.METHOD_WRONG: (405, "This address can't be used in that way."),
    Code.NOT_JSON: (415, "Only application/json is accepted."),
    Code.TOO_LARGE: (413, "The request is too large."),
    Code.INTERNAL: (500, "The companion made a mistake; its own window says more."),
    Code.CODE_WRONG: (403, "That is not the code which the companion shows."),
    Code.PAIRING_CLOSED: (429, "Too many wrong codes. Ask the companion for a new one."),
    Code.NOT_PAIRED: (401, "This browser is not connected, or no longer. Enter the code again."),
    Code.NOT_CONFIGURED: (503, "The companion has no key of the portal. Install its settings."),
    Code.REQUEST_INVALID: (400, "The companion does not understand what it was asked to sign."),
    Code.REQUEST_UNTRUSTED: (403, "The request was not made by the portal that is set up here."),
    Code.REQUEST_OTHER_ORIGIN: (403, "The request was made for another site."),
    Code.ATTRIBUTES_REFUSED: (400, "What should be signed is not a SHA-256 document signature."),
    Code.EXPIRED: (
        400,
        "The request is out of date. If that happens again, check this computer's clock.",
    ),
    Code.REPLAYED: (409, "The request was used before. Start again on the page."),
    Code.BUSY: (409, "The companion is waiting for you with another request."),
    Code.CANCELLED: (409, "You declined to sign."),
    Code.TIMEOUT: (409, "Nobody answered the companion in time. Nothing was signed."),
    Code.NO_LIBRARY: (409, "No driver of a token was found. Install your token's driver."),
    Code.LIBRARY_FAILED: (409, "The token's driver can't be loaded. Install it again."),
    Code.NO_TOKEN: (409, "No token is inserted."),
    Code.TOKEN_REMOVED: (409, "The token was pulled out. Insert it and start again."),
    Code.TOKEN_TIMEOUT: (504, "The token does not answer. Pull it out, insert it, start again."),
    Code.TOKEN_FAILED: (409, "The token reported a fault. Pull it out, insert it, start again."),
    Code.CERTIFICATE_NOT_FOUND: (409, "The chosen certificate is on no token that is inserted."),
    Code.CERTIFICATE_UNFIT: (409, "The chosen certificate can't sign: wrong use, key or period."),
    Code.KEY_NOT_FOUND: (409, "The token has no private key for the chosen certificate."),
    Code.PIN_WRONG: (409, "The PIN is wrong. A token is locked after a few wrong PINs."),
    Code.PIN_FINAL_TRY: (409, "The PIN is wrong. The next wrong PIN locks the token."),
    Code.PIN_LOCKED: (409, "The token is locked. Its issuer or its own program can unlock it."),
    Code.PIN_NOT_SET: (409, "The token's PIN must be set or changed in the token's own program."),
}


class Refusal(Exception):
    """What was asked is not done; the message may be shown to a person."""

    def __init__(self, code: Code, message: str = "") -> None:
        self.code = code
        self.message = message or _SAID[code][1]
        super().__init__(self.message)

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return _SAID[self.code][0]

    def as_json(self) -> dict[str, str]:
        """The body of the answer."""
        return {"error": self.code.value, "message": self.message}
