"""What pages, checks and the sheet see of an application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from portal.agencies.queries import OfficeFacts
from portal.core.permissions import Actor
from portal.core.steps import Lifecycle
from portal.documents.rules import label_of
from portal.filing.lifecycle import EDITABLE, LIFECYCLE, Status
from portal.filing.rules.kinds import EVIDENCE_LABELS, TRADE_LABELS, Evidence, Kind, Trade
from portal.identity.queries import FirmFacts


class InputFacts(NamedTuple):
    """An imported material in the goods of a line."""

    name: str
    hs_code: str
    country: str
    country_name: str = ""


@dataclass(frozen=True)
class InvoiceFacts:
    """One invoice of the application, as box 10 names it."""

    number: str
    dated: date | None


@dataclass(frozen=True)
class EvidenceFacts:
    """A paper that proves foreign origin."""

    kind: str
    number: str
    dated: date
    issuer: str

    @property
    def label(self) -> str:
        """What sort of paper it is, in marked words."""
        return EVIDENCE_LABELS[Evidence(self.kind)]


@dataclass(frozen=True)
class ShippingBillFacts:
    """The Shipping Bill as it was entered; `invoices` are the invoice numbers on it."""

    number: str
    dated: date
    port: str
    port_name: str
    invoices: tuple[str, ...]
    entered_at: datetime


# Of these a page reads a thousand: a named tuple is made ten times as fast as a frozen dataclass.
class LineFacts(NamedTuple):
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
    operations: str = ""
    processing: str = ""
    producer: str = "same"
    producer_name: str = ""
    producer_address: str = ""
    # The invoice it stands on, from 1; 0 stands for all.
    invoice: int = 0
    inputs: tuple[InputFacts, ...] = ()


@dataclass(frozen=True)
class AttachmentFacts:
    """A document of the application; one with `ended_at` stood there before."""

    kind: str
    ref: str
    name: str
    size: int
    pages: int
    sha256: str
    added_at: datetime
    by: str = ""
    ended_at: datetime | None = None
    was_removed: bool = False
    # Whether a scanner looked for malware, and which it found.
    was_scanned: bool = False
    finding: str = ""

    @property
    def label(self) -> str:
        """What it is, in words."""
        return label_of(self.kind)


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
    own_reference: str = ""
    kind: Kind = Kind.NON_PREFERENTIAL
    trade: str = ""
    origin_country: str = ""
    origin_country_name: str = ""
    replaces_id: int | None = None
    replaces_number: str = ""
    replaces_date: date | None = None
    replacement_reason: str = ""
    retrospective_reason: str = ""
    branch_name: str = ""
    branch_address: str = ""
    branch_gstin: str = ""
    notify_name: str = ""
    notify_address: str = ""
    notify_country: str = ""
    notify_country_name: str = ""
    invoicing_name: str = ""
    invoicing_country: str = ""
    invoicing_country_name: str = ""
    loading_abroad: str = ""
    final_destination: str = ""
    transport_document: str = ""
    transport_document_date: date | None = None
    invoice_total: int | None = None
    credit_number: str = ""
    credit_date: date | None = None
    clause: str = ""
    more_invoices: tuple[InvoiceFacts, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    shipping_bill: ShippingBillFacts | None = None
    # Documents that were replaced or removed, all of them.
    earlier: tuple[AttachmentFacts, ...] = ()

    @property
    def public_ref(self) -> str:
        """How the file is called from outside."""
        return self.number or self.ref

    @property
    def invoices(self) -> tuple[InvoiceFacts, ...]:
        """All invoices in order, the first one as well while it is still empty."""
        return (InvoiceFacts(self.invoice_number, self.invoice_date), *self.more_invoices)

    @property
    def trade_label(self) -> str:
        """Why goods of another country go out from here, in marked words; else nothing."""
        return TRADE_LABELS[Trade(self.trade)] if self.trade else ""

    @property
    def is_editable(self) -> bool:
        """Whether the exporter may change it now."""
        return self.status in EDITABLE

    @property
    def open_question(self) -> QuestionFacts | None:
        """The question that waits for an answer."""
        return next((q for q in self.questions if q.answered_at is None), None)

    @property
    def earlier_seen(self) -> tuple[AttachmentFacts, ...]:
        """Documents replaced or removed after the file was handed in: its office had them."""
        since = self.submitted_at
        ended = ((one, one.ended_at) for one in self.earlier)
        return tuple(one for one, at in ended if since and at and at > since)

    def attachment(self, kind: str) -> AttachmentFacts | None:
        """The present document of a kind."""
        return next((a for a in self.attachments if a.kind == kind), None)

    def open_steps(self, actor: Actor) -> tuple[str, ...]:
        """The steps that this actor may take now."""
        steps: Lifecycle = LIFECYCLE
        return steps.open_steps(self.status, actor.permissions)
