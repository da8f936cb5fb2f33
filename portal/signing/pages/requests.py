"""The signer's pages: what will be signed, the way to the provider and back."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from portal.core import clock
from portal.core.errors import Missing, Refused
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.signing import actions, esign_xml, judging, queries
from portal.signing.actions.requests import LIFE, new_txn
from portal.signing.lifecycle import RELEASED, Means, Purpose, Status
from portal.signing.pages.shared import COMPANIONS, bp, means_chosen
from portal.signing.rules.credentials import WORDS as CHECK_WORDS
from portal.signing.rules.outcomes import REMEDIES, WORDS, Outcome
from portal.web import page
from portal.web.access import public, requires
from portal.web.context import actor, address, db, kit, settings
from portal.web.headers import allow_asking, allow_form_to

# As deployed providers name the field of their answer.
FIELDS = ("msg", "response", "eSignResponse", "esignResponse", "EsignResp")
TEST_SUBJECT = "test"


@bp.get("/how-to-sign")
@public(cache_seconds=300)
def how_to_sign() -> Response:
    """The two ways to sign, and what to do when one fails."""
    failures = tuple((WORDS[outcome], REMEDIES[outcome]) for outcome in Outcome)
    minutes = int(LIFE.total_seconds()) // 60
    return page.show("signing/how_to_sign.html", failures=failures, minutes=minutes)


@bp.get("/signatures")
@requires(Permission.DOCUMENT_SIGN)
def diagnostics() -> Response:
    """Try the whole way out on a test page, before anything depends on it."""
    return page.show(
        "signing/diagnostics.html",
        credentials=queries.credentials_of(db(), actor().person_id),
        checks=CHECK_WORDS,
    )


@bp.post("/signatures")
@requires(Permission.DOCUMENT_SIGN)
def try_out() -> Response:
    """Begin to sign a test page."""
    document = actions.Document(
        Purpose.TEST,
        f"{TEST_SUBJECT}-{actor().person_id}",
        gettext("Test page"),
        gettext("none, a test"),
        f"{clock.now():%Y%m%d%H%M%S%f}".ljust(64, "0"),
        actor().name,
        url_for("signing.diagnostics"),
        means_chosen(),
    )
    ref = write(db(), actions.begin, actor(), document)
    return page.go(url_for("signing.show", signature=ref))


@bp.get("/signatures/<signature>")
@requires(Permission.DOCUMENT_SIGN)
def show(signature: str) -> Response:
    """What will be signed and the consent; later what became of it, and the ways on."""
    found = queries.own_request(db(), actor(), signature)
    outcome = Outcome(found.outcome) if found.outcome else None
    shown = page.show(
        "signing/show.html",
        "state",
        r=found,
        words=WORDS[outcome] if outcome else "",
        status=Status.EXPIRED if found.is_over else found.status,
        differs=found.outcome_said if outcome is Outcome.NAME_DIFFERS else "",
    )
    return allow_asking(shown, *COMPANIONS) if found.means is Means.TOKEN else shown


@bp.post("/signatures/<signature>/consent")
@requires(Permission.DOCUMENT_SIGN)
def send(signature: str) -> Response:
    """Note the consent, then hand the signed message over to the browser."""
    row = queries.own_row(db(), actor(), signature)
    esign = settings().esign
    txn = new_txn(esign.asp_id)
    ask = esign_xml.Ask(
        txn=txn,
        at=clock.now(),
        digest=bytes.fromhex(row.digest),
        words=f"{row.title}: {row.number}"[:120],
        response_type=esign.response_type,
        response_url=f"{settings().public_url}{url_for('signing.answer')}",
    )
    message = esign_xml.request_xml(ask, kit().asp_key)
    write(db(), actions.send, actor(), signature, address(), message, txn)
    shown = page.show(
        "signing/leave.html", url=esign.url, message=message.decode(), txn=txn, ref=signature
    )
    return allow_form_to(shown, esign.origin)


@bp.post("/signatures/<signature>/cancellation")
@requires(Permission.DOCUMENT_SIGN)
def cancel(signature: str) -> Response:
    """Give up; the document stays as it was."""
    back = queries.own_request(db(), actor(), signature).back
    write(db(), actions.cancel, actor(), signature)
    return page.go(back)


@bp.get("/signatures/<signature>/file")
@requires(Permission.DOCUMENT_SIGN)
def file(signature: str) -> Response:
    """The signed file, in its newest version."""
    row = queries.own_row(db(), actor(), signature)
    if row.status is not Status.SIGNED:
        raise Missing("file")
    content = kit().store.get(queries.file_of(db(), row, *RELEASED).storage_key)
    return page.attachment(content, f"signed-{signature}.pdf", "application/pdf")


@bp.post("/e-sign/answer")
@public()
def answer() -> Response:
    """The provider's answer, brought by the browser; proven by the provider's signature alone."""
    message = _message()
    try:
        found = judging.read_answer(kit().provider, message)
        ref = write(db(), actions.take_answer, found, message.decode())
    except (Refused, UnicodeDecodeError):
        return _unproven(message)
    if not ref:
        return page.show("signing/unknown.html", "", 404)
    return page.go(url_for("signing.show", signature=ref))


def _message() -> bytes:
    for name in FIELDS:
        if name in request.files:
            with request.files[name].stream as upload:
                return upload.read(esign_xml.MOST_BYTES + 1)
        if name in request.form:
            return request.form[name].encode()
    raise BadRequest


def _unproven(message: bytes) -> Response:
    """An answer that isn't the provider's changes nothing; whoever brought it can go back."""
    try:
        row = queries.by_txn(db(), esign_xml.txn_of(message))
    except Refused:
        row = None
    return page.show("signing/unproven.html", "", 400, ref=row.ref if row else "")
