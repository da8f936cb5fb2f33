"""The public's pages: type a number, scan a code, or hand in the PDF."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.exceptions import Forbidden, TooManyRequests

from portal.certificates.tokens import QrKeys
from portal.core import clock
from portal.core.words import N_
from portal.signing.examining import Examined, examine_signed
from portal.verification import queries
from portal.verification.queries import Result, Verdict
from portal.verification.rules import FAILED
from portal.verification.rules import WORDS as CHECKS
from portal.web import page
from portal.web.access import public
from portal.web.context import address, db, kit, settings

bp = Blueprint("verification", __name__)

LOOK_UPS, UPLOADS, WINDOW = 120, 30, 600
MAX_UPLOAD = 5 * 1024 * 1024
# The headline and the advice of each verdict, and its tone.
WORDS = {
    Verdict.VALID: (
        N_("Valid: this certificate was issued"),
        N_("Compare every value below with the paper or file in front of you."),
        "good",
    ),
    Verdict.BEING_ISSUED: (
        N_("Not issued yet"),
        N_("The number is allotted and the seal is being made. Ask again in a few minutes."),
        "wait",
    ),
    Verdict.VOID: (
        N_("Void: no certificate was issued under this number"),
        N_("Do not accept a certificate with this number."),
        "bad",
    ),
    Verdict.SUPERSEDED: (
        N_("Superseded by a later certificate"),
        N_("Ask the exporter for the certificate that took its place."),
        "bad",
    ),
    Verdict.CANCELLED: (
        N_("Cancelled"),
        N_("The agency cancelled this certificate. Do not accept it."),
        "bad",
    ),
    Verdict.UNKNOWN: (
        N_("Unknown: no certificate has this number"),
        N_("The number is well formed, but it is not in the register. Do not accept it."),
        "bad",
    ),
    Verdict.MISTYPED: (
        N_("This does not look like one of our numbers"),
        N_("Its check character does not fit. Compare it letter by letter with the certificate."),
        "wait",
    ),
    Verdict.WRONG_CODE: (
        N_("The check code does not belong to this number"),
        N_("Type the eight characters printed under the number. If they are right, beware."),
        "bad",
    ),
    Verdict.FORGED_CODE: (
        N_("This QR code was not made by this portal"),
        N_("It is damaged or forged. Type the number and the check code instead."),
        "bad",
    ),
    Verdict.LEGACY: (
        N_("Issued in eCoO 1.0"),
        N_(
            "It is on the imported register of eCoO 1.0, the system before this one. Compare "
            "number, agency and day; verify its details at coo.dgft.gov.in."
        ),
        "good",
    ),
    Verdict.LEGACY_CANCELLED: (
        N_("Cancelled in eCoO 1.0"),
        N_("The agency cancelled this certificate of eCoO 1.0. Do not accept it."),
        "bad",
    ),
    Verdict.ALTERED: (
        N_("Altered after it was issued"),
        N_(
            "The file begins as a certificate that was issued here, but something was changed "
            "behind it. Do not accept it; ask for the file as it was issued."
        ),
        "bad",
    ),
    Verdict.MORE_PROOF: (
        N_("Issued here; somebody added proof behind it"),
        N_(
            "Its content is as it was issued. What was added after it proves the seal and changes "
            "nothing that you see."
        ),
        "good",
    ),
    Verdict.APPLICATION: (
        N_("A document signed here, but no certificate"),
        N_("An application or a decision says nothing about origin. Ask for the certificate."),
        "wait",
    ),
    Verdict.OTHER_BYTES: (
        N_("Exactly this file was not issued here"),
        N_(
            "It may be a scan, a printout saved again, or an altered copy. Check it by its "
            "number and check code, and compare every value."
        ),
        "bad",
    ),
}


@bp.get("/verify")
@public()
def verify() -> Response:
    """The form; with a number, the answer."""
    number, code = request.args.get("number", "").strip(), request.args.get("code", "").strip()
    if not number:
        return page.show("verification/verify.html", number="", code=code, result=None)
    _limit("number", LOOK_UPS)
    return _answer(queries.by_number(db(), number[:80], code[:40]), number[:80], code[:40])


@bp.get("/verify/<number>")
@public()
def by_number(number: str) -> Response:
    """The state of a number; its facts need the check code."""
    _limit("number", LOOK_UPS)
    return _answer(queries.by_number(db(), number[:80]), number[:80])


@bp.get("/q/<token>")
@public()
def by_qr(token: str) -> Response:
    """What the QR code of a certificate leads to; never limited."""
    keys = QrKeys.parse(settings().qr_keys)
    return _answer(queries.by_qr_token(db(), token[:80], keys))


@bp.post("/verify/file")
@public()
def by_file() -> Response:
    """Whether exactly these bytes were issued; nothing is kept."""
    _check_origin()
    _limit("file", UPLOADS)
    upload = request.files.get("file")
    content = upload.stream.read(MAX_UPLOAD + 1) if upload is not None else b""
    if not content or len(content) > MAX_UPLOAD:
        message = (
            gettext("Choose a PDF file first.")
            if not content
            else gettext("The file is over 5 MB; no certificate of ours is.")
        )
        context = {"number": "", "code": "", "result": None, "message": message}
        return page.show("verification/verify.html", "", 422, **context)
    return _answer(queries.by_content(db(), content, _examined))


def _answer(result: Result, number: str = "", code: str = "") -> Response:
    title, advice, tone = WORDS[result.verdict]
    return page.show(
        "verification/verify.html",
        "",
        404 if result.verdict in (Verdict.UNKNOWN, Verdict.MISTYPED) else 200,
        result=result,
        title=gettext(title),
        advice=gettext(advice),
        tone=tone,
        number=result.number or number,
        code=code,
        about=CHECKS,
        failures=FAILED,
    )


def _examined(content: bytes) -> Examined:
    """What the confined process finds, by the lists that are at hand."""
    at = clock.now()
    roots, lists = kit().trust_roots, kit().crls.kept(at)
    return examine_signed(content, trust_roots=roots, crls=lists, at=at)


def _limit(kind: str, limit: int) -> None:
    if not kit().limiter.allows(f"verify-{kind}:{address()}", limit, WINDOW):
        raise TooManyRequests


def _check_origin() -> None:
    """An upload changes nothing; it only must not come from another site's page."""
    origin = request.headers.get("Origin")
    if origin is not None and origin != "null" and origin not in _own_origins():
        raise Forbidden


def _own_origins() -> tuple[str, str]:
    return settings().public_url, request.host_url.rstrip("/")
