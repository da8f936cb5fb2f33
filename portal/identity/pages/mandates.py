"""The agents that a firm trusts: find one, give a mandate, revoke it."""

from __future__ import annotations

from flask import Response, current_app, request, url_for

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.identity import actions, queries
from portal.identity.forms import FindAgentForm, MandateForm
from portal.identity.pages import bp
from portal.identity.rules import normal_code, normal_licence
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import submitted


@bp.get("/firm/mandates")
@requires(Permission.FIRM_MANAGE)
def mandates() -> Response:
    """The mandates of the firm, and the agent that was looked for."""
    find = FindAgentForm(request.args if request.args else None)
    looked = bool(request.args) and find.validate()
    codes = (find.pan.data or "", find.licence.data or "") if looked else ("", "")
    form = MandateForm(first_day=clock.today(), of_pan=codes[0], of_licence=codes[1])
    return _show(find, form, looked=looked)


@bp.post("/firm/mandates")
@requires(Permission.FIRM_MANAGE)
def give_mandate() -> Response:
    """Give the mandate."""
    form: MandateForm = submitted(MandateForm)
    form.offer(_agencies())
    if form.validate():
        try:
            write(db(), actions.give_mandate, actor(), *_codes(form), form.terms())
            return page.go(url_for("identity.mandates"))
        except DomainError as refusal:
            form.refuse_error(refusal)
    find = FindAgentForm(pan=form.of_pan.data, licence=form.of_licence.data)
    return _show(find, form, looked=True, status=422)


@bp.post("/firm/mandates/<ref>/revocation")
@requires(Permission.FIRM_MANAGE)
def revoke_mandate(ref: str) -> Response:
    """End a mandate at once."""
    write(db(), actions.revoke_mandate, actor(), ref)
    return page.go(url_for("identity.mandates"))


def _show(find: FindAgentForm, form: MandateForm, *, looked: bool, status: int = 200) -> Response:
    agencies, given = _agencies(), queries.mandates_of(db(), actor())
    form.offer(agencies)
    return page.show(
        "identity/mandates.html",
        "",
        status,
        mandates=given,
        used=current_app.extensions["used_under"](db(), {mandate.id for mandate in given}),
        agencies=dict(agencies),
        find=find,
        form=form,
        looked=looked,
        agent=queries.agent_named(db(), *_codes(form)) if looked else None,
    )


def _codes(form: MandateForm) -> tuple[str, str]:
    return normal_code(form.of_pan.data or ""), normal_licence(form.of_licence.data or "")


def _agencies() -> list[tuple[int, str]]:
    """The agencies by row and name, from the room above, as create_app wired it."""
    found: list[tuple[int, str]] = current_app.extensions["agencies"](db())
    return found
