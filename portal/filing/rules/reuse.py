"""What of an application is another one with each shipment, and what a firm keeps at most."""

from __future__ import annotations

from portal.core.words import N_

MOST_TEMPLATES = 200
# Everything else that is typed into an application repeats. Evidence of foreign origin, further
# invoices, Shipping Bill and documents have tables of their own and are never taken along.
NEW_EACH_TIME = frozenset(
    {
        "replaces_number",
        "replaces_date",
        "replacement_reason",
        "retrospective_reason",
        "vessel",
        "departs_on",
        "transport_document",
        "transport_document_date",
        "invoice_number",
        "invoice_date",
        "invoice_total",
        "credit_number",
        "credit_date",
    }
)
# Kept only where somebody says that it is the same letter of credit.
CREDIT = ("credit_number", "credit_date")
NOT_TAKEN = (
    N_("Numbers, dates and total of the invoices"),
    N_("Vessel, departure and transport document"),
    N_("Shipping Bill"),
    N_("Invoice, packing list and all other documents"),
    N_("Papers that prove foreign origin"),
    N_("Reasons for a replacement or a certificate after departure"),
    N_("Your own reference"),
)
