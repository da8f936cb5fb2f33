"""Checks of parties, route, invoices and papers."""

from __future__ import annotations

from portal.core.words import N_
from portal.filing.preflight.check import Check
from portal.filing.preflight.register.sources import (
    IDENTITY,
    IDENTITY_NOTICE,
    INCOTERMS,
    LOOKS,
    PARA_293,
    PN_43,
    SENSE,
    error,
    warning,
)

PAPERS: tuple[Check, ...] = (
    warning(
        "invoice_total",
        "invoice",
        N_(
            "The invoices come to %(total)s, the FOB values of the lines to %(fob)s; under "
            "%(incoterm)s that doesn't fit."
        ),
        N_("Compare the total with the invoice, and see whether a line is missing or mistyped."),
        INCOTERMS,
    ),
    warning(
        "invoice_unused",
        "invoice",
        N_("No line stands on invoice %(number)s."),
        N_("Add its lines, or take the invoice out."),
        SENSE,
    ),
    error(
        "invoice_twice",
        "invoice",
        N_("Invoice %(number)s of %(dated)s stands in the list twice."),
        N_("Take one of them out, or correct its number."),
        SENSE,
    ),
    warning(
        "invoice_used",
        "invoice",
        N_("Invoice %(number)s of the same firm stands in other files: %(files)s."),
        N_("If it is the same shipment, withdraw one file or apply in lieu; else correct it."),
        SENSE,
    ),
    error(
        "invoice_future",
        "invoice",
        N_("Invoice %(number)s is dated %(dated)s, which is after %(today)s."),
        N_("Correct the date: nothing is certified on an invoice that isn't made yet."),
        SENSE,
    ),
    warning(
        "invoice_old",
        "invoice",
        N_("Invoice %(number)s is dated %(dated)s, more than a year ago."),
        N_("See whether the year is mistyped."),
        SENSE,
    ),
    warning(
        "port_country",
        "transport",
        N_("The port of discharge, %(port)s, lies in %(found)s; the goods go to %(country)s."),
        N_("Correct the port or the country, or name the final destination."),
        LOOKS,
    ),
    warning(
        "final_destination",
        "transport",
        N_("The final destination, %(place)s, lies in %(found)s, not in %(country)s."),
        N_("Correct the final destination or the country of destination."),
        LOOKS,
    ),
    error(
        "destination_india",
        "transport",
        N_("The country of destination is India."),
        N_("Choose the importing country: goods that stay in India need no such certificate."),
        PARA_293,
        notice=PN_43,
    ),
    warning(
        "address_country",
        "consignee",
        N_("The address of %(name)s ends in %(found)s; the country chosen is %(country)s."),
        N_("Choose the country of the address, or correct the address."),
        LOOKS,
    ),
    warning(
        "consignee_elsewhere",
        "consignee",
        N_("The consignee is in %(found)s, the goods go to %(country)s, and nothing says why."),
        N_("Name the notify party or the final destination, or correct one of the countries."),
        SENSE,
    ),
    warning(
        "consignee_exporter",
        "consignee",
        N_("The consignee has the exporter's own name."),
        N_("Type who gets the goods; for an own branch or stand say so in the address."),
        SENSE,
    ),
    warning(
        "mode_station",
        "transport",
        N_("The mode is “%(mode)s”, but %(station)s is another kind of customs station."),
        N_("Choose the station where the goods leave, or correct the mode."),
        SENSE,
    ),
    warning(
        "mode_vessel",
        "transport",
        N_("The mode is “%(mode)s”, but “%(vessel)s” sounds like another one."),
        N_("Correct the mode, or the name of vessel, flight or vehicle."),
        LOOKS,
    ),
    warning(
        "departs_before_invoice",
        "transport",
        N_("The goods left on %(departs)s, before the first invoice of %(dated)s."),
        N_("Check both dates against the invoice and the transport document."),
        SENSE,
    ),
    warning(
        "departed",
        "transport",
        N_("The goods left on %(departs)s, and no reason is given for applying afterwards."),
        N_("Give the reason for a retrospective certificate, or correct the departure."),
        SENSE,
    ),
    error(
        "paper_future",
        "transport",
        N_("%(paper)s is dated %(dated)s, which is after %(today)s."),
        N_("Correct the date as it stands on the paper."),
        SENSE,
    ),
    warning(
        "expired",
        "invoice",
        N_("The clause speaks of %(dated)s as a last day, and it has passed."),
        N_("Ask the buyer to extend it, or correct the clause."),
        LOOKS,
    ),
    error(
        "origin_india",
        "certificate",
        N_("A back-to-back certificate is for goods of another country, and India is chosen."),
        N_("Choose the country of origin, or apply for the usual certificate."),
        PARA_293,
        notice=PN_43,
    ),
    warning(
        "currency_country",
        "invoice",
        N_("%(currency)s is the money of none of the countries concerned."),
        N_("See whether the currency is the invoice's."),
        LOOKS,
    ),
    error(
        "shipping_bill_invoice",
        "shipping_bill",
        N_("Shipping Bill %(bill)s names %(there)s; the application names %(here)s."),
        N_("The numbers have to be identical: correct the invoice, or the Shipping Bill."),
        IDENTITY,
        notice=IDENTITY_NOTICE,
        rule="invoice_as_in_shipping_bill",
    ),
    warning(
        "shipping_bill_part",
        "shipping_bill",
        N_("Shipping Bill %(bill)s doesn't name %(here)s."),
        N_("Add the number if the Shipping Bill has it, or take the invoice out."),
        IDENTITY,
        notice=IDENTITY_NOTICE,
        rule="invoice_as_in_shipping_bill",
    ),
)
