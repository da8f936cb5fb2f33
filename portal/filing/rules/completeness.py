"""What an application still lacks before it can be handed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core.errors import DomainError
from portal.core.words import N_
from portal.filing.rules.fields import is_to_order
from portal.filing.rules.kinds import Kind, leaves_india


@dataclass(frozen=True)
class Gap:
    """Something missing: in which section, at which field, in words with %(name)s places."""

    section: str
    field: str
    text: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        """The id of the field on its section's page."""
        if self.section == "documents":
            return f"file-{self.field}"
        return self.field or "add"


class Incomplete(DomainError):
    """The application can't be handed in yet; `gaps` says what is missing and where."""

    status = 422

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        self.gaps = gaps
        super().__init__(
            N_(
                "The application is not complete. What is missing is listed at the top of this "
                "page."
            ),
            code="incomplete",
            count=len(gaps),
        )


_NEEDED = (
    ("consignee", "consignee_name", N_("Name of the consignee")),
    ("consignee", "consignee_address", N_("Address of the consignee")),
    ("consignee", "consignee_country", N_("Country of the consignee")),
    ("transport", "transport_mode", N_("Mode of transport")),
    ("transport", "port_of_loading", N_("Port of loading")),
    ("transport", "port_of_discharge", N_("Port of discharge")),
    ("transport", "destination_country", N_("Country of destination")),
    ("invoice", "invoice_number", N_("Number of the invoice")),
    ("invoice", "invoice_date", N_("Date of the invoice")),
    ("invoice", "currency", N_("Currency of the invoice")),
    ("invoice", "incoterm", N_("Term of delivery")),
    ("declaration", "signatory", N_("Name of the signatory")),
    ("declaration", "signatory_designation", N_("Designation of the signatory")),
    ("declaration", "declaration_place", N_("Place of the declaration")),
)
_OF_ANOTHER_COUNTRY = (
    ("certificate", "trade", N_("Kind of trade")),
    ("certificate", "origin_country", N_("Country in which the goods originate")),
    ("certificate", "evidence", N_("A proof of the foreign origin")),
)
# Where the second is said, the first has to be said, too.
_TOGETHER = (
    ("consignee", "notify_name", "notify_address", N_("Name of the notify party")),
    ("consignee", "notify_name", "notify_country", N_("Name of the notify party")),
    ("consignee", "invoicing_name", "invoicing_country", N_("Name of who invoices")),
    ("consignee", "invoicing_country", "invoicing_name", N_("Country of who invoices")),
    (
        "transport",
        "transport_document",
        "transport_document_date",
        N_("Number of the bill of lading, air waybill or lorry receipt"),
    ),
    ("invoice", "credit_number", "credit_date", N_("Number of the letter of credit")),
)
DOCUMENT_GAPS = {
    "invoice": N_("The invoice (PDF or photo)"),
    "packing_list": N_("The packing list (PDF or photo)"),
    "transport_document": N_("The transport document (PDF or photo)"),
    "shipping_bill": N_("The Shipping Bill (PDF or photo)"),
    "letter_of_credit": N_("The letter of credit (PDF or photo)"),
    "foreign_certificate": N_("The foreign certificate of origin (PDF or photo)"),
}
SECTIONS = ("certificate", "consignee", "transport", "invoice", "goods", "documents", "declaration")


def gaps(application: Any, compulsory_documents: Iterable[str]) -> tuple[Gap, ...]:
    """Everything that is missing, in the order of the form's sections and fields.

    `compulsory_documents` are the kinds that the dated rule demands on the day.
    """
    found = list(_missing_fields(application))
    if not application.lines:
        found.append(Gap("goods", "", N_("At least one goods line")))
    found += _missing_documents(application, asked_documents(application, compulsory_documents))
    return tuple(sorted(found, key=lambda gap: SECTIONS.index(gap.section)))


def _missing_fields(application: Any) -> Iterator[Gap]:
    is_foreign = application.kind == Kind.BACK_TO_BACK
    needed = (*(_OF_ANOTHER_COUNTRY if is_foreign else ()), *_NEEDED)
    no_address = is_to_order(application.consignee_name)
    abroad = not leaves_india(application.kind, application.trade)
    for section, name, words in needed:
        asked = "loading_abroad" if name == "port_of_loading" and abroad else name
        if not getattr(application, asked) and not (name == "consignee_address" and no_address):
            yield Gap(section, asked, words)
    if application.replaces_number and not application.replacement_reason:
        words = N_("What changes against the certificate that is replaced, and why")
        yield Gap("certificate", "replacement_reason", words)
    seen: set[str] = set()
    for section, lacking, said, words in _TOGETHER:
        is_lacking = getattr(application, said) and not getattr(application, lacking)
        if is_lacking and lacking not in seen:
            seen.add(lacking)
            yield Gap(section, lacking, words)


def asked_documents(application: Any, compulsory: Iterable[str]) -> tuple[str, ...]:
    """The kinds of documents without which the application isn't complete.

    For goods of another country also its certificate of origin (para 2.93(f), PN 43/2024-25).
    """
    foreign = ("foreign_certificate",) if application.kind == Kind.BACK_TO_BACK else ()
    return tuple(dict.fromkeys((*compulsory, *foreign)))


def _missing_documents(application: Any, kinds: Iterable[str]) -> Iterator[Gap]:
    held = {one.kind for one in application.attachments if not one.finding}
    for kind in kinds:
        if kind not in held:
            yield Gap("documents", kind, DOCUMENT_GAPS.get(kind, kind))
