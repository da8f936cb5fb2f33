"""Linking a firm by its IEC, and what the directorate judges."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import Invalid, Problem
from portal.core.permissions import Permission, SeatKind
from portal.core.tx import write
from portal.core.words import N_
from portal.documents.actions import put_file
from portal.documents.letters import letter_of
from portal.documents.queries import check_clean, unscanned_among
from portal.documents.receiving import uploads_of
from portal.identity import actions, queries
from portal.identity.forms import CodeForm, IecForm, LetterForm, ProofForm, WhyForm
from portal.identity.lifecycle import Proof
from portal.identity.pages import bp
from portal.identity.pages.sessions import sit
from portal.identity.ports import IecRecord
from portal.identity.rules import masked, normal_code
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit, settings
from portal.web.forms import submitted


@bp.get("/account/firms")
@requires(Permission.ACCOUNT_OPEN)
def firms() -> Response:
    """What to do next: link a firm, register an agency or as an agent; the own attempts."""
    return _show_firms(IecForm())


@bp.post("/account/firms")
@requires(Permission.ACCOUNT_OPEN)
def find_firm() -> Response:
    """Look the IEC up; that alone gives nothing."""
    form: IecForm = submitted(IecForm)
    if form.validate():
        iec = normal_code(form.iec.data or "")
        if _look_up(iec) is not None:
            return page.go(url_for("identity.prove_firm", iec=iec))
        form.iec.errors = [
            *form.iec.errors,
            gettext("The registry knows no such IEC. Compare it with the IEC certificate."),
        ]
    return _show_firms(form, 422)


@bp.get("/account/firms/<iec>")
@requires(Permission.ACCOUNT_OPEN)
def prove_firm(iec: str) -> Response:
    """The ways to prove that one acts for the firm."""
    return _show_proofs(_record(iec), ProofForm(), LetterForm())


@bp.post("/account/firms/<iec>")
@requires(Permission.ACCOUNT_OPEN)
def send_code(iec: str) -> Response:
    """Let a code go to the registry's own address."""
    record = _record(iec)
    form: ProofForm = submitted(ProofForm)
    form.offer(masked(record.email), masked(record.mobile))
    if not form.validate():
        return _show_proofs(record, form, LetterForm(), 422)
    db().rollback()
    ref = write(db(), actions.claim_by_code, actor(), record, Proof(form.proof.data))
    return page.go(url_for("identity.claim", ref=ref))


@bp.post("/account/firms/<iec>/letter")
@requires(Permission.ACCOUNT_OPEN)
def send_letter(iec: str) -> Response:
    """Hand in a document that the directorate judges."""
    record = _record(iec)
    form: LetterForm = submitted(LetterForm)
    db().rollback()
    letter = letter_of(uploads_of(request.files.getlist("file")), kit().scanner)
    if isinstance(letter, Problem):
        form.refuse("file", letter)
        return _show_proofs(record, ProofForm(), form, 422)
    key = put_file(kit().store, letter.content)
    ref = write(db(), actions.claim_by_letter, actor(), record, key, letter)
    return page.go(url_for("identity.claim", ref=ref))


@bp.get("/account/claims/<ref>")
@requires(Permission.ACCOUNT_OPEN)
def claim(ref: str) -> Response:
    """The code from the registry's address, or how far the letter is."""
    return _show_claim(ref, CodeForm())


@bp.post("/account/claims/<ref>")
@requires(Permission.ACCOUNT_OPEN)
def prove(ref: str) -> Response:
    """Link the firm if the code fits."""
    form: CodeForm = submitted(CodeForm)
    if form.validate():
        record = _record(actions.own_claim_iec(db(), actor(), ref))
        key = settings().secret_key
        db().rollback()
        if write(db(), actions.prove, actor(), ref, form.code.data or "", record, key):
            return sit(SeatKind.FIRM, queries.firm_by_iec(db(), record.iec))
        wrong = gettext("This code does not fit, or it is too old. Type it again or ask anew.")
        form.code.errors = [*form.code.errors, wrong]
    return _show_claim(ref, form, 422)


@bp.post("/account/claims/<ref>/code")
@requires(Permission.ACCOUNT_OPEN)
def claim_code_again(ref: str) -> Response:
    """Another code to the same address."""
    write(db(), actions.ask_code_again, actor(), ref)
    return page.go(url_for("identity.claim", ref=ref))


@bp.post("/account/claims/<ref>/removal")
@requires(Permission.ACCOUNT_OPEN)
def give_up_claim(ref: str) -> Response:
    """Give a claim up."""
    write(db(), actions.give_up, actor(), ref)
    return page.go(url_for("identity.firms"))


@bp.get("/claims/desk")
@requires(Permission.CLAIMS_JUDGE)
def claims_desk() -> Response:
    """Claims by letter and disputes that wait for the directorate."""
    return _show_desk()


@bp.get("/claims/<ref>/letter")
@requires(Permission.ACCOUNT_OPEN)
def claim_letter(ref: str) -> Response:
    """The letter of a claim, for the directorate and whoever sent it."""
    key, name = queries.claim_letter(db(), actor(), ref)
    check_clean(db(), key)
    return page.attachment(kit().store.get(key), name, "application/pdf")


@bp.post("/claims/<ref>/judgement")
@requires(Permission.CLAIMS_JUDGE)
def judge_claim(ref: str) -> Response:
    """Accept or refuse a claim by letter, saying why."""
    form: WhyForm = submitted(WhyForm)
    if not form.validate():
        return _show_desk(ref, form)
    accepted = request.form.get("act") == "accept"
    record = _record(actions.claimed_iec(db(), ref)) if accepted else None
    db().rollback()
    write(db(), actions.judge, actor(), ref, record, form.reason.data or "")
    return page.go(url_for("identity.claims_desk"))


@bp.post("/disputes/<ref>/settlement")
@requires(Permission.CLAIMS_JUDGE)
def settle_dispute(ref: str) -> Response:
    """Settle a dispute: the member is out, or may file again."""
    form: WhyForm = submitted(WhyForm)
    if not form.validate():
        return _show_desk(ref, form)
    upheld = request.form.get("act") == "uphold"
    write(db(), actions.settle, actor(), ref, upheld=upheld, outcome=form.reason.data or "")
    return page.go(url_for("identity.claims_desk"))


def _look_up(iec: str) -> IecRecord | None:
    """Ask the registry, with no transaction open meanwhile. Raises TryLater."""
    db().rollback()
    found: IecRecord | None = kit().registry.look_up(iec)
    return found


def _record(iec: str) -> IecRecord:
    found = _look_up(normal_code(iec))
    if found is None:
        raise Invalid(N_("The registry knows no such IEC any more."), code="iec_unknown")
    return found


def _show_firms(form: IecForm, code: int = 200) -> Response:
    claims = queries.own_claims(db(), actor())
    return page.show("identity/firms.html", "", code, form=form, claims=claims)


def _show_proofs(
    record: IecRecord, form: ProofForm, letter: LetterForm, code: int = 200
) -> Response:
    form.offer(masked(record.email), masked(record.mobile))
    why_not = queries.WHY_NOT.get(record.status, "")
    facts = {"r": record, "form": form, "letter": letter, "why_not": why_not}
    return page.show("identity/prove_firm.html", "", code, **facts)


def _show_claim(ref: str, form: CodeForm, code: int = 200) -> Response:
    found = next((c for c in queries.own_claims(db(), actor()) if c.ref == ref), None)
    if found is None:
        return page.go(url_for("identity.firms"))
    return page.show("identity/claim.html", "", code, c=found, form=form)


def _show_desk(sent_for: str = "", sent: WhyForm | None = None) -> Response:
    claims = queries.claims_to_judge(db(), actor())
    open_ones = queries.disputes(db(), actor())
    refs = [claim.ref for claim in claims] + [dispute.ref for dispute in open_ones]
    forms = {ref: WhyForm() for ref in refs}
    if sent is not None:
        forms[sent_for] = sent
    for ref, form in forms.items():
        form.reason.id = f"reason-{ref}"
    return page.show(
        "identity/claims_desk.html",
        "",
        422 if sent else 200,
        claims=claims,
        disputes=open_ones,
        forms=forms,
        sent=sent,
        unscanned=unscanned_among(db(), {c.letter_key for c in claims if c.letter_key}),
    )
