"""What pages, checks and the sheet see of an application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.agencies.queries import OfficeFacts
from portal.core.permissions import Actor
from portal.core.steps import Lifecycle
from portal.filing.lifecycle import EDITABLE, LIFECYCLE, Status
from portal.identity.queries import FirmFacts


@dataclass(frozen=True)
class LineFacts:
    """A goods line; quantities and weights × 1000, FOB in minor units of the invoice's currency."""

    position: int
    hs_code: str
    description: str
    marks: str
    packages: int
    package_kind: str
    quantity: int
    unit: str
    gross_weight: int
    net_weight: int
    fob_minor: int
    criterion: str


@dataclass(frozen=True)
class AttachmentFacts:
    """A document of the application."""

    kind: str
    ref: str
    name: str
    size: int
    pages: int
    sha256: str
    added_at: datetime


@dataclass(frozen=True)
class QuestionFacts:
    """A question with its answer, empty while it waits."""

    text: str
    asked_at: datetime
    asked_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    agent: str = ""


@dataclass(frozen=True)
class EventFacts:
    """One step of the file's history."""

    step: str
    after: str
    at: datetime
    who: str
    note: str
    agent: str = ""


@dataclass(frozen=True)
class ApplicationFacts:
    """All of an application."""

    id: int
    ref: str
    number: str | None
    status: Status
    firm: FirmFacts
    office: OfficeFacts
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    officer_id: int | None
    officer: str
    # The agent that began it, or nothing: files say "by <agent> for <firm>".
    agent: str
    fee_paise: int | None
    reason: str
    consignee_name: str
    consignee_address: str
    consignee_country: str
    consignee_country_name: str
    transport_mode: str
    vessel: str
    departs_on: date | None
    port_of_loading: str
    port_of_loading_name: str
    port_of_discharge: str
    destination_country: str
    destination_country_name: str
    invoice_number: str
    invoice_date: date | None
    currency: str
    currency_exponent: int
    incoterm: str
    signatory: str
    signatory_designation: str
    declaration_place: str
    lines: tuple[LineFacts, ...]
    attachments: tuple[AttachmentFacts, ...]
    questions: tuple[QuestionFacts, ...]
    events: tuple[EventFacts, ...]

    @property
    def public_ref(self) -> str:
        """How the file is called from outside."""
        return self.number or self.ref

    @property
    def is_editable(self) -> bool:
        """Whether the exporter may change it now."""
        return self.status in EDITABLE

    @property
    def open_question(self) -> QuestionFacts | None:
        """The question that waits for an answer."""
        return next((q for q in self.questions if q.answered_at is None), None)

    def attachment(self, kind: str) -> AttachmentFacts | None:
        """The present document of a kind."""
        return next((a for a in self.attachments if a.kind == kind), None)

    def open_steps(self, actor: Actor) -> tuple[str, ...]:
        """The steps that this actor may take now."""
        steps: Lifecycle = LIFECYCLE
        return steps.open_steps(self.status, actor.permissions)
