"""A token's way as the page's script walks it: what the companion is asked, and what it made."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from flask import Response, jsonify, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import BadRequest

from portal.core import clock
from portal.core.errors import DomainError, Refused
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.signing import actions, judging, queries
from portal.signing.cms import Signer
from portal.signing.companion_request import MOST_DOCUMENTS, Item
from portal.signing.lifecycle import OPEN, Purpose, Status
from portal.signing.models import SignRequest
from portal.signing.pages.shared import COMPANIONS, bp
from portal.signing.queries import RequestFacts
from portal.signing.rules.outcomes import WORDS, Outcome
from portal.signing.token_cms import to_be_signed, token_signer
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, address, db, kit, settings
from portal.web.headers import allow_asking

# A certificate or a signature in base64; real ones have some kilobytes.
MOST_CHARACTERS = 20_000
_MOVING = (Status.PREPARING, Status.RESPONDED)
WITHDRAWN = N_(
    "You withdrew this credential, or it has ended. Sign the test page to take it into use "
    "again, or choose another certificate."
)
_SIGNABLE = (Status.READY, Status.SENT)


@bp.post("/signatures/token/request")
@requires(Permission.DOCUMENT_SIGN)
def ask_token() -> tuple[Response, int]:
    """Note the consent and sign what the companion shall show; certificates are judged first."""
    refs, der = _refs(), _decoded("certificate")
    if queries.is_given_up(db(), actor().person_id, der) and not _is_test(refs):
        return _no(gettext(WITHDRAWN))
    try:
        signer = token_signer(der, kit().issuers)
        rows = [queries.own_row(db(), actor(), ref) for ref in refs]
        for row in rows:
            judging.expect_fit(kit(), row, signer)
        items = [_item(row, signer) for row in rows]
        message = kit().companion_key.request(settings().public_url, items, der, clock.now())
        write(db(), actions.ask_token, actor(), refs, address(), message)
    except judging.Fault as fault:
        return _no(gettext(WORDS[fault.outcome]), fault.said)
    except Refused:
        return _no(gettext(WORDS[Outcome.CANNOT_READ]))
    except DomainError as refusal:
        return _no(gettext(refusal.problem.text, **refusal.problem.values))
    return jsonify(request=message), 200


@bp.post("/signatures/token/answer")
@requires(Permission.DOCUMENT_SIGN)
def take_signatures() -> tuple[Response, int]:
    """Take what the token signed; a job looks into it."""
    refs = _refs()
    signatures = request.form.getlist("signature")
    if len(signatures) != len(refs):
        raise BadRequest
    made = {ref: _bytes(text) for ref, text in zip(refs, signatures, strict=True)}
    try:
        write(db(), actions.take_signatures, actor(), _decoded("certificate"), made)
    except DomainError as refusal:
        return _no(gettext(refusal.problem.text, **refusal.problem.values))
    return jsonify(next=url_for("signing.show", signature=refs[0])), 200


@bp.get("/signatures/together")
@requires(Permission.DOCUMENT_SIGN)
def together() -> Response:
    """A list that one PIN signs: each document, the panel, later what became of each."""
    refs = request.args.getlist("ref")
    if len(refs) > MOST_DOCUMENTS:
        raise BadRequest
    rows = [queries.own_request(db(), actor(), ref) for ref in refs]
    seen = [(row, Status.EXPIRED if row.is_over else row.status) for row in rows]
    shown = page.show(
        "signing/together.html",
        "state",
        rows=rows,
        shown=[(row, status, _words(row, status)) for row, status in seen],
        waits=any(status in _MOVING for _row, status in seen),
        open=[row.ref for row, status in seen if status in _SIGNABLE],
        failed=sum(status not in (*OPEN, Status.SIGNED) for _row, status in seen),
        here=url_for("signing.together", ref=refs),
    )
    return allow_asking(shown, *COMPANIONS)


@bp.get("/signatures/companion")
@requires(Permission.DOCUMENT_SIGN)
def companion() -> Response:
    """How to install the companion."""
    return page.show("signing/companion.html", origin=settings().public_url)


@bp.get("/signatures/companion/portal.jwks")
@requires(Permission.DOCUMENT_SIGN)
def companion_key() -> Response:
    """The portal's public key for companions, as a JWK set."""
    content = json.dumps(kit().companion_key.key_set()).encode()
    return page.attachment(content, "portal.jwks", "application/jwk-set+json")


def _words(row: RequestFacts, status: Status) -> str:
    if status is Status.EXPIRED:
        return WORDS[Outcome.NO_ANSWER]
    return WORDS[Outcome(row.outcome)] if row.outcome else ""


def _is_test(refs: Sequence[str]) -> bool:
    """Whether only test pages are signed: by them a credential comes into use."""
    purposes = {queries.own_row(db(), actor(), ref).purpose for ref in refs}
    return purposes == {Purpose.TEST}


def _item(row: SignRequest, signer: Signer) -> Item:
    covered = to_be_signed(bytes.fromhex(row.digest), signer)
    return Item(row.ref, gettext(row.title), row.number, row.digest[:16], covered)


def _refs() -> Sequence[str]:
    refs = request.form.getlist("ref")
    if not 1 <= len(refs) <= MOST_DOCUMENTS or len(set(refs)) != len(refs):
        raise BadRequest
    return refs


def _decoded(name: str) -> bytes:
    return _bytes(request.form.get(name, ""))


def _bytes(text: str) -> bytes:
    if not text or len(text) > MOST_CHARACTERS:
        raise BadRequest
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise BadRequest from problem


def _no(words: str, said: str = "") -> tuple[Response, int]:
    return jsonify(message=f"{words} ({said})" if said else words), 422
