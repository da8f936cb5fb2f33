"""What the exporter does with a finished application: hand in, answer, withdraw."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.agencies.series import next_number
from portal.core import audit, clock, outbox
from portal.core.errors import Invalid, NotOpen
from portal.core.money import Paise
from portal.core.permissions import Actor
from portal.core.steps import take
from portal.core.words import N_
from portal.filing import particulars
from portal.filing.actions.drafting import check_filed_here, stream
from portal.filing.actions.in_lieu import check_in_lieu
from portal.filing.actions.mandated import (
    check_agency,
    check_signatory,
    check_submission,
    short_of_credit,
)
from portal.filing.lifecycle import Status, Step
from portal.filing.models import Application, Question, Typed, Version
from portal.filing.queries import (
    ApplicationFacts,
    application_facts,
    application_for,
    line_gaps,
    next_version,
    preflight_now,
    signed_state,
)
from portal.filing.rules.completeness import Gap, Incomplete, gaps
from portal.filing.rules.sections import ANSWER
from portal.identity.queries import check_may_file
from portal.notices.queries import rule_on
from portal.notices.rules import COMPULSORY_DOCUMENTS, FEE
from portal.wallet import actions as wallet
from portal.wallet.ledger import TooLittleCredit

SUBMITTED = audit.Act("filing.submitted", ("number", "sha256", "fee_paise"))
ANSWERED = audit.Act("filing.answered", ("sha256",))
WITHDRAWN = audit.Act("filing.withdrawn", ())


class Contradictory(Invalid):
    """The pre-flight found an error: particulars that can't be right as they stand."""


class NotSigned(Invalid):
    """The rule in force asks for a signature, and none stands for the particulars as they are."""


def submit(db: Session, actor: Actor, ref: str, *, declared: bool) -> str:
    """Hand an application in: file number, version and held fee in one transaction.

    Returns the file number. Raises Incomplete with every gap, Invalid without the declaration,
    TooLittleCredit with the amount short, for an agent MandateEnded or BeyondMandate; in each case
    the draft stays as it was. NotSigned comes last: only the signature is missing then, and
    nobody signs in vain.
    """
    row = application_for(db, actor, ref, lock=True)
    _check_declared(declared)
    if row.status is not Status.DRAFT:
        raise NotOpen(N_("This application was handed in already."), code="submitted_already")
    check_may_file(db, actor)
    check_filed_here(db)
    now = clock.now()
    agencies.check_takes_files(db, row.office_id, now)
    complete = check_complete(db, row)
    check_in_lieu(db, row)
    fee = Paise(rule_on(db, FEE, now).value)
    mandate = check_submission(db, actor, row, fee)
    number = next_number(db, agencies.office(db, row.office_id), "NP", now)
    facts = {"submitted_at": now, "fee_paise": fee, "mandate_id": mandate}
    take(db, row, Step.SUBMIT, actor, "", number=number, **facts)
    digest = _keep_version(db, row, actor)
    _hold_fee(db, actor, row, fee)
    check_signed(db, actor, complete)
    outbox.announce(db, "filing.submitted", number)
    audit.record(
        db, stream(row), SUBMITTED, actor, number=number, sha256=digest, fee_paise=int(fee)
    )
    return number


def answer(db: Session, actor: Actor, ref: str, text: str, *, declared: bool) -> None:
    """Answer the open question and hand the application back to its officer; no second fee."""
    row = application_for(db, actor, ref, lock=True)
    _check_declared(declared)
    check_may_file(db, actor)
    question = db.scalar(
        select(Question).where(Question.application_id == row.id, Question.answered_at.is_(None))
    )
    if question is None:
        raise NotOpen(N_("No question waits for an answer."), code="no_question")
    check_agency(db, actor, row.office_id)
    check_signatory(db, row, row.signatory)
    check_in_lieu(db, row)
    check_signed(db, actor, check_complete(db, row))
    at = take(db, row, Step.ANSWER, actor)
    question.answer, question.answered_at, question.answered_by = text, at, actor.person_id
    db.execute(delete(Typed).where(Typed.application_id == row.id, Typed.section == ANSWER))
    digest = _keep_version(db, row, actor)
    outbox.announce(db, "filing.answered", row.public_ref)
    audit.record(db, stream(row), ANSWERED, actor, sha256=digest)


def withdraw(db: Session, actor: Actor, ref: str) -> None:
    """Take an application back before it is decided; the held fee is released."""
    row = application_for(db, actor, ref, lock=True)
    check_agency(db, actor, row.office_id)
    take(db, row, Step.WITHDRAW, actor, officer_id=None)
    wallet.release_fee(db, actor, row.firm_id, row.public_ref)
    outbox.announce(db, "filing.withdrawn", row.public_ref)
    audit.record(db, stream(row), WITHDRAWN, actor)


def check_complete(db: Session, row: Application) -> ApplicationFacts:
    """Raise Incomplete if anything is missing or a code has ended, Contradictory for an error."""
    facts = application_facts(db, row)
    found = missing(db, facts)
    if found:
        raise Incomplete(found)
    errors = preflight_now(db, facts).errors
    if errors:
        raise Contradictory(
            N_(
                "Nothing was signed or handed in: the checks found errors (%(count)s). “Before "
                "you sign” says which they are and how to put them right."
            ),
            code="contradictory",
            count=len(errors),
        )
    return facts


def check_signed(db: Session, actor: Actor, facts: ApplicationFacts) -> None:
    """Raise NotSigned where the rule asks for a signature and none stands for these particulars."""
    found = signed_state(db, actor, facts)
    if not found.is_missing:
        return
    if found.before is not None:
        raise NotSigned(
            N_("The application was changed since it was signed. Sign it again, then hand it in."),
            code="changed_since_signed",
        )
    raise NotSigned(N_("Sign the application first, then hand it in."), code="not_signed")


def missing(
    db: Session, facts: ApplicationFacts, of_lines: tuple[Gap, ...] | None = None
) -> tuple[Gap, ...]:
    """What the application lacks today, by the rules in force now.

    Where not all goods lines were read, `of_lines` says what these lack.
    """
    rule = rule_on(db, COMPULSORY_DOCUMENTS, clock.now())
    return (*gaps(facts, rule.value), *(line_gaps(db, facts) if of_lines is None else of_lines))


def _check_declared(declared: bool) -> None:
    if not declared:
        raise Invalid(
            N_("Tick the declaration: without it the application can't be handed in."),
            code="not_declared",
            field="declared",
        )


def _hold_fee(db: Session, actor: Actor, row: Application, fee: Paise) -> None:
    try:
        wallet.hold_fee(db, actor, row.firm_id, row.public_ref, fee)
    except TooLittleCredit:
        if actor.client is None:
            raise
        raise short_of_credit() from None


def _keep_version(db: Session, row: Application, actor: Actor) -> str:
    text = particulars.written_down(application_facts(db, row))
    digest = particulars.fingerprint(text)
    db.add(
        Version(
            application_id=row.id,
            number=next_version(db, row.id),
            particulars=text,
            sha256=digest,
            at=clock.now(),
            person_id=actor.person_id,
        )
    )
    return digest
