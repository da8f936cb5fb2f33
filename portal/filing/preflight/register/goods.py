"""Checks of goods lines, of words in them, and of their origin."""

from __future__ import annotations

from portal.core.words import N_
from portal.filing.preflight.check import Check
from portal.filing.preflight.register.sources import (
    LOOKS,
    PARA_293,
    PN_43,
    SENSE,
    error,
    warning,
)

GOODS: tuple[Check, ...] = (
    error(
        "line_invoice",
        "goods",
        N_("Line %(line)s stands on invoice %(invoice)s, but there are %(count)s invoices."),
        N_("Choose one of the invoices for the line, or add the missing invoice."),
        SENSE,
    ),
    warning(
        "line_on_all",
        "goods",
        N_("Line %(line)s stands on all %(count)s invoices, other lines on one of them."),
        N_("Choose the invoice of the line, unless it really stands on each."),
        SENSE,
    ),
    error(
        "quantity_above_gross",
        "goods",
        N_("Line %(line)s: %(quantity)s %(unit)s is more than its gross weight, %(gross)s kg."),
        N_("Check the unit (MTS is 1,000 kg) and the weights."),
        SENSE,
    ),
    warning(
        "quantity_weight",
        "goods",
        N_("Line %(line)s: %(quantity)s %(unit)s, but the net weight is %(net)s kg."),
        N_("Check the unit, the quantity and the net weight; or say drained or dry weight."),
        SENSE,
    ),
    warning(
        "volume_weight",
        "goods",
        N_("Line %(line)s: %(quantity)s %(unit)s of it weigh %(net)s kg; no usual liquid does."),
        N_("Check the unit, the quantity and the net weight."),
        SENSE,
    ),
    warning(
        "tare_too_heavy",
        "goods",
        N_("Line %(line)s: gross %(gross)s kg for net %(net)s kg in %(packages)s packages."),
        N_("See whether a digit is too many in the gross or too few in the net weight."),
        SENSE,
    ),
    warning(
        "gross_is_net",
        "goods",
        N_("Line %(line)s: packed in %(kind)s, yet gross and net weight are both %(net)s kg."),
        N_("Give the weight without packing as net weight."),
        SENSE,
    ),
    warning(
        "piece_weight",
        "goods",
        N_("Line %(line)s: one would weigh %(one)s kg; goods of heading %(heading)s don't."),
        N_("Check quantity, unit and net weight; see whether cartons were counted for pieces."),
        SENSE,
    ),
    warning(
        "fraction_of_pieces",
        "goods",
        N_("Line %(line)s: %(quantity)s %(unit)s; what is counted comes in whole numbers."),
        N_("Check the quantity, or choose the unit in which it is measured."),
        SENSE,
    ),
    warning(
        "packages_marks",
        "goods",
        N_("Line %(line)s: the marks number %(numbered)s packages, the line has %(packages)s."),
        N_("Check the number of packages and the marks against the packing list."),
        SENSE,
    ),
    warning(
        "packages_twice",
        "goods",
        N_("Packages %(first)s to %(last)s are numbered by line %(one)s and by line %(line)s."),
        N_("Number them anew, or give both lines the same run where they share packages."),
        SENSE,
    ),
    warning(
        "package_size",
        "goods",
        N_(
            "Line %(line)s: %(packages)s packages of %(size)s kg make %(makes)s kg, the net weight "
            "is %(net)s kg."
        ),
        N_("Check the number of packages, their size and the net weight."),
        SENSE,
    ),
    warning(
        "bulk_packages",
        "goods",
        N_("Line %(line)s: in bulk, yet %(packages)s packages."),
        N_("Goods in bulk count as 1; see whether the quantity was typed there."),
        SENSE,
    ),
    warning(
        "chapter_words",
        "goods",
        N_("Line %(line)s: “%(words)s” isn't what chapter %(chapter)s of %(code)s is about."),
        N_("Check the ITC(HS) code against the description; if it fits, keep both."),
        LOOKS,
    ),
    warning(
        "heading_words",
        "goods",
        N_("Line %(line)s: “%(words)s” isn't of heading %(heading)s, under which %(code)s stands."),
        N_("Check the ITC(HS) code against the description; if it fits, keep both."),
        LOOKS,
    ),
    warning(
        "vague_description",
        "goods",
        N_("Line %(line)s: “%(description)s” doesn't say what the goods are."),
        N_("Describe them as the invoice does, so that customs can match them."),
        LOOKS,
    ),
    warning(
        "duplicate_lines",
        "goods",
        N_("Lines %(lines)s are alike in everything."),
        N_("Remove what was added twice, or join equal lines."),
        SENSE,
    ),
    warning(
        "preferential_words",
        "goods",
        N_("“%(words)s” claims a preference; this certificate gives none."),
        N_("Take the words out, or get the preferential certificate that they ask for."),
        PARA_293,
        notice=PN_43,
    ),
    warning(
        "origin_words",
        "goods",
        N_("The text says “%(words)s”, but the certificate would say %(country)s."),
        N_("Correct the text, or apply for the other kind of certificate."),
        PARA_293,
        notice=PN_43,
    ),
    error(
        "criterion_inputs",
        "goods",
        N_("Line %(line)s: said to hold Indian inputs only, but inputs of %(countries)s stand."),
        N_("Choose the criterion for imported inputs, or take the inputs out."),
        PARA_293,
        notice=PN_43,
    ),
    warning(
        "criterion_chapter",
        "goods",
        N_("Line %(line)s: goods of chapter %(chapter)s are made, not grown, mined or bred."),
        N_("Choose one of the other criteria."),
        PARA_293,
        notice=PN_43,
    ),
    warning(
        "aadhaar_like",
        "goods",
        N_("%(where)s: a number stands here that looks like an Aadhaar number."),
        N_("Take it out if it is one: it must never be printed on a certificate."),
        LOOKS,
    ),
)
