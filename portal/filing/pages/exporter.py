"""The exporter's list, the review page, and the acts on a whole application."""

from __future__ import annotations

from flask import Response, request, url_for
from flask_babel import gettext

from portal.agencies import queries as agencies
from portal.agencies.queries import OfficeFacts, Today
from portal.core import clock
from portal.core.errors import DomainError, Invalid
from portal.core.money import Paise, rupees
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, particulars, queries
from portal.filing.actions.exporter import missing
from portal.filing.forms import AnswerForm, Asked, StartForm, SubmissionForm
from portal.filing.forms.start import KINDS
from portal.filing.lifecycle import Status
from portal.filing.models import Application
from portal.filing.pages import bp
from portal.filing.pages.reading import goods_shown
from portal.filing.rules.completeness import SECTIONS, Incomplete
from portal.filing.rules.declaration import declaration_of
from portal.filing.rules.goods import OriginCriterion
from portal.filing.rules.kinds import Kind
from portal.filing.rules.origin import statements
from portal.notices.queries import rule_if_any, rule_on
from portal.notices.rules import ADDRESSES, FEE, JURISDICTION, NON_PREFERENTIAL_SYSTEM
from portal.signing.pages import means_chosen
from portal.wallet import queries as wallet
from portal.wallet.ledger import TooLittleCredit
from portal.web import page
from portal.web.access import gives_back, requires
from portal.web.context import actor, db, row_of_address
from portal.web.forms import PortalForm, choices, submitted


@bp.get("/applications")
@requires(Permission.APPLICATION_READ)
def index() -> Response:
    """The firm's applications, newest first."""
    status, text = request.args.get("status", ""), request.args.get("q", "").strip()[:80]
    rows = queries.applications(db(), actor(), status, text, row_of_address("before"))
    more = rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None
    return page.show(
        "filing/index.html",
        "rows",
        rows=rows[: queries.PAGE],
        more=more,
        status=status,
        q=text,
        statuses=list(Status),
    )


@bp.get("/applications/new")
@requires(Permission.APPLICATION_PREPARE)
def start() -> Response:
    """Choose where to hand a new application in."""
    return _start(_start_form())


@bp.post("/applications")
@requires(Permission.APPLICATION_PREPARE)
def create() -> Response:
    """Begin a draft; for one in lieu, the certificate is chosen first."""
    form = _start_form()
    if form.asked is Asked.IN_LIEU:
        return page.go(url_for("certificates.to_replace"))
    if not form.validate():
        return _start(form, 422)
    kind = KINDS.get(form.asked, Kind.NON_PREFERENTIAL)
    try:
        ref = write(db(), actions.create, actor(), int(form.office.data), kind)
    except Invalid as refusal:
        form.refuse_error(refusal)
        return _start(form, 422)
    return page.go(_first_section(ref, form.asked))


@bp.get("/applications/<ref>")
@requires(Permission.APPLICATION_READ)
def show(ref: str) -> Response:
    """The review page: everything, what is missing, and what can be done now."""
    row = queries.application_for(db(), actor(), ref)
    if ref != row.public_ref:
        return page.go(url_for("filing.show", ref=row.public_ref))
    kept = queries.typed_answer(db(), row, actor().person_id)
    return _review(row, SubmissionForm(), AnswerForm(text=kept))


@bp.post("/applications/<ref>/submission")
@requires(Permission.APPLICATION_SUBMIT)
def submit(ref: str) -> Response:
    """Hand the application in and hold the fee; where only the signature is missing, sign first."""
    form: SubmissionForm = submitted(SubmissionForm)
    try:
        number = write(db(), actions.submit, actor(), ref, declared=bool(form.declared.data))
    except actions.NotSigned:
        return _sign_first(ref, form)
    except (DomainError, TooLittleCredit) as refusal:
        return refused(ref, form, refusal, form, AnswerForm())
    return page.go(url_for("filing.show", ref=number))


@bp.post("/applications/<ref>/answer")
@requires(Permission.APPLICATION_SUBMIT)
@gives_back
def answer(ref: str) -> Response:
    """Answer the officer and hand the application back."""
    form: AnswerForm = submitted(AnswerForm)
    if not form.validate():
        row = queries.application_for(db(), actor(), ref)
        return _review(row, SubmissionForm(), form, 422)
    text, declared = form.text.data or "", bool(form.declared.data)
    try:
        write(db(), actions.answer, actor(), ref, text, declared=declared)
    except DomainError as refusal:
        db().rollback()
        write(db(), actions.keep_answer, actor(), ref, text)
        return refused(ref, form, refusal, SubmissionForm(), form)
    return page.go(url_for("filing.show", ref=ref))


@bp.post("/applications/<ref>/withdrawal")
@requires(Permission.APPLICATION_SUBMIT)
def withdraw(ref: str) -> Response:
    """Take the application back; the fee is released."""
    write(db(), actions.withdraw, actor(), ref)
    return page.go(url_for("filing.show", ref=ref))


@bp.post("/applications/<ref>/disposal")
@requires(Permission.APPLICATION_PREPARE)
def discard(ref: str) -> Response:
    """Give up a draft."""
    write(db(), actions.discard, actor(), ref)
    return page.go(url_for("filing.index"))


@bp.get("/applications/<ref>/handing-in")
@requires(Permission.APPLICATION_SUBMIT)
def handing_in(ref: str) -> Response:
    """Back from the signature: what was declared and signed in order to be handed in goes on."""
    row = queries.application_for(db(), actor(), ref)
    facts = queries.application_facts(db(), row)
    digest = particulars.fingerprint_of(facts)
    if row.status is not Status.DRAFT or not actions.was_to_be_handed_in(
        db(), actor(), row, digest
    ):
        return page.go(url_for("filing.show", ref=row.public_ref))
    return page.show("filing/handing_in.html", a=facts)


def refused(
    ref: str, form: PortalForm, refusal: DomainError, first: PortalForm, second: PortalForm
) -> Response:
    """The review page with the reason at its form."""
    db().rollback()
    if not isinstance(refusal, Incomplete):
        form.refuse_error(refusal)
    elif refusal.gaps:
        form.refuse("", refusal.problem)
    row = queries.application_for(db(), actor(), ref)
    return _review(row, first, second, 422 if refusal.status == 422 else 409)


def _sign_first(ref: str, form: SubmissionForm) -> Response:
    """The way to the signature, which comes back to the hand-in."""
    try:
        begun = write(db(), actions.begin_signing, actor(), ref, means_chosen(), then_hand_in=True)
    except DomainError as refusal:
        return refused(ref, form, refusal, form, AnswerForm())
    return page.go(url_for("signing.show", signature=begun))


def _review(
    row: Application, submission: PortalForm, answer: PortalForm, status: int = 200
) -> Response:
    facts = queries.application_facts(db(), row)
    gaps = missing(db(), facts) if facts.is_editable else ()
    fee = rule_on(db(), FEE, clock.now()) if facts.status is Status.DRAFT else None
    return page.show(
        "filing/show.html",
        "progress",
        status,
        a=facts,
        in_lieu=queries.in_lieu_of(db(), facts),
        replacement=queries.replacement_of(db(), row),
        gaps=gaps,
        bill=queries.bill_state(db(), facts),
        preflight=queries.preflight_now(db(), facts) if facts.is_editable else None,
        sections=SECTIONS,
        fee=fee,
        fee_words=rupees(fee.value) if fee else "",
        short=_short_of(fee.value) if fee else "",
        goods_page=goods_shown(facts),
        criteria=OriginCriterion,
        origins=statements(facts.lines, foreign=facts.origin_country_name),
        steps=facts.open_steps(actor()),
        submission=_declared(submission, facts.kind),
        answer=_declared(answer, facts.kind),
        signed=queries.signed_state(db(), actor(), facts) if facts.is_editable else None,
        signature=None if facts.is_editable else queries.newest_signature(db(), row),
        waits=facts.status is Status.APPROVED,
    )


def _short_of(fee: int) -> str:
    """How much the wallet lacks for a fee, in words; nothing where it has enough or isn't seen."""
    if actor().firm_id is None or not actor().may(Permission.WALLET_READ):
        return ""
    lacking = fee - wallet.balances(db(), actor()).available
    return rupees(Paise(lacking)) if lacking > 0 else ""


def _first_section(ref: str, asked: Asked) -> str:
    """Where a new draft goes on: what its kind asks for comes first."""
    name = "consignee" if asked is Asked.NON_PREFERENTIAL else "certificate"
    if asked is not Asked.RETROSPECTIVE:
        return url_for("filing.section", ref=ref, name=name)
    # The box is ticked there: the reason is asked for, and not forgotten.
    anchor = "retrospective_reason"
    return url_for("filing.section", ref=ref, name=name, retrospective="y", _anchor=anchor)


def _declared(form: PortalForm, kind: Kind) -> PortalForm:
    """The form with the declaration of the kind to tick."""
    form["declared"].label.text = gettext(declaration_of(kind))
    return form


def _start(form: StartForm, status: int = 200) -> Response:
    system = rule_if_any(db(), NON_PREFERENTIAL_SYSTEM, clock.now())
    return page.show(
        "filing/start.html",
        "",
        status,
        form=form,
        system=system,
        address=ADDRESSES.get(system.value) if system else None,
        anywhere=rule_if_any(db(), JURISDICTION, clock.now()),
    )


def _start_form() -> StartForm:
    form: StartForm = submitted(StartForm)
    offices = queries.offices_for(db(), actor())
    pairs = [(str(o.id), words) for o, words in zip(offices, _described(offices), strict=True)]
    form.office.choices = choices(pairs, gettext("Choose…") if len(pairs) > 1 else "")
    return form


def _described(offices: list[OfficeFacts]) -> list[str]:
    """Each office with its place, when it closes today, and how long it usually takes."""
    ids, now = {office.id for office in offices}, clock.now()
    open_now = agencies.today_at(db(), ids, now)
    usual = queries.usual_minutes(db(), ids, now)
    return [
        f"{office.label} ({office.city}, {office.state}): "
        f"{_closing(open_now.get(office.id))}, {_usual(usual.get(office.id))}"
        for office in offices
    ]


def _closing(today: Today | None) -> str:
    if today is None or not today.closing:
        return str(gettext("closed today"))
    if today.is_open:
        return str(gettext("closes at %(time)s", time=today.closing))
    return str(gettext("closed now"))


def _usual(minutes: int | None) -> str:
    if minutes is None:
        return str(gettext("usual time not known yet"))
    if minutes < 90:
        return str(gettext("usually %(count)s minutes", count=minutes))
    return str(gettext("usually %(count)s hours", count=round(minutes / 60)))
