"""The officer's queue and the scrutiny page."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions, queries
from portal.filing.forms import QuestionForm, ReasonForm
from portal.filing.lifecycle import OPEN_AT_OFFICE, Status
from portal.filing.pages import bp
from portal.filing.pages.reading import goods_shown
from portal.filing.rules.goods import OriginCriterion
from portal.filing.rules.origin import statements
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import PortalForm, submitted


@bp.get("/queue")
@requires(Permission.APPLICATION_SCRUTINISE)
def queue() -> Response:
    """Open files of the office, oldest first."""
    status, text = request.args.get("status", ""), request.args.get("q", "").strip()[:80]
    mine = request.args.get("mine") == "1"
    return page.show(
        "filing/queue.html",
        "rows",
        rows=queries.queue(db(), actor(), mine=mine, status=status, text=text),
        counts=queries.office_counts(db(), actor()),
        status=status,
        mine=mine,
        q=text,
        statuses=OPEN_AT_OFFICE,
        now=clock.now(),
    )


@bp.get("/queue/<ref>")
@requires(Permission.APPLICATION_SCRUTINISE)
def scrutiny(ref: str) -> Response:
    """One file with its documents and what can be done with it."""
    return _show(ref, QuestionForm(), ReasonForm())


@bp.post("/queue/<ref>/claim")
@requires(Permission.APPLICATION_SCRUTINISE)
def claim(ref: str) -> Response:
    """Open a file from the queue: it is on this officer's desk from now on."""
    write(db(), actions.claim, actor(), ref)
    return page.go(url_for("filing.scrutiny", ref=ref))


@bp.post("/queue/<ref>/release")
@requires(Permission.APPLICATION_SCRUTINISE)
def release(ref: str) -> Response:
    """Give a file back to the queue."""
    write(db(), actions.release, actor(), ref)
    return page.go(url_for("filing.queue"))


@bp.post("/queue/<ref>/conflict")
@requires(Permission.APPLICATION_SCRUTINISE)
def give_back(ref: str) -> Response:
    """Give a file back that nobody of the office may decide."""
    write(db(), actions.give_back_for_conflict, actor(), ref)
    return page.go(url_for("filing.scrutiny", ref=ref))


@bp.post("/queue/<ref>/questions")
@requires(Permission.APPLICATION_SCRUTINISE)
def ask(ref: str) -> Response:
    """Ask the exporter."""
    form: QuestionForm = submitted(QuestionForm)
    if not form.validate():
        return _show(ref, form, ReasonForm(), 422)
    try:
        write(db(), actions.ask, actor(), ref, form.text.data or "")
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(ref, form, ReasonForm(), 409)
    return page.go(url_for("filing.scrutiny", ref=ref))


@bp.post("/queue/<ref>/rejection")
@requires(Permission.CERTIFICATE_APPROVE)
def reject(ref: str) -> Response:
    """Refuse the certificate with a reason."""
    form: ReasonForm = submitted(ReasonForm)
    if not form.validate():
        return _show(ref, QuestionForm(), form, 422)
    try:
        write(db(), actions.reject, actor(), ref, form.reason.data or "")
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(ref, QuestionForm(), form, 409)
    return page.go(url_for("filing.scrutiny", ref=ref))


def _show(ref: str, question: PortalForm, reason: PortalForm, status: int = 200) -> Response:
    row = queries.application_for(db(), actor(), ref)
    facts = queries.application_facts(db(), row)
    on_my_desk = facts.officer_id == actor().person_id
    in_queue = facts.status is Status.SUBMITTED
    return page.show(
        "filing/scrutiny.html",
        "progress",
        status,
        a=facts,
        in_lieu=queries.in_lieu_of(db(), facts),
        replacement=queries.replacement_of(db(), row),
        on_my_desk=on_my_desk,
        steps=facts.open_steps(actor()),
        changes=queries.changes_since_last(db(), row.id),
        bill=queries.bill_state(db(), facts),
        preflight=queries.preflight_as_handed_in(db(), facts),
        signature=queries.newest_signature(db(), row),
        goods_page=goods_shown(facts),
        criteria=OriginCriterion,
        origins=statements(facts.lines, foreign=facts.origin_country_name),
        question=question,
        reason=reason,
        conflict=in_queue and queries.nobody_may_decide(db(), row),
        waits=facts.status is Status.APPROVED,
        seals_with=agencies.seals_with(db(), row.office_id),
        now=clock.now(),
    )
