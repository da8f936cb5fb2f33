"""The columns of lists of goods lines and of applications: their names, and what cells accept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.core.sheets import column_name
from portal.core.words import N_

# A row is a head if it names this many columns; it stands among the first rows of the list.
NEEDED_IN_A_HEAD = 2
HEAD_WITHIN = 20


@dataclass(frozen=True)
class Column:
    """One column: the words of its head, other usual heads, what may stand in its cells.

    Heads that end in `?` may mean something else as well: they count where nothing better stands.
    """

    name: str
    label: str
    others: tuple[str, ...]
    accepts: str
    needed: bool = True
    # A figure of a merged cell belongs to one row only; words belong to all of them.
    figure: bool = False
    longest: int = 0
    lines: int = 1


def _c(name: str, label: str, others: str, accepts: str, **more: int) -> Column:
    return Column(name, label, tuple(others.split()), accepts, **more)  # type: ignore[arg-type]


LINE_COLUMNS: tuple[Column, ...] = (
    _c(
        "hs_code",
        N_("ITC(HS) code"),
        "hs hs_no hsn hsn_code hsn_no hsn_sac itc_hs itc_hs_code itc_hs_no itchs itc itc_code ritc "
        "ritc_code ritc_no ctsh cth tariff tariff_code tariff_no tariff_item hscode hs_codes",
        N_("eight digits, with or without dots; format the column as text, so that no 0 is lost"),
    ),
    _c(
        "description",
        N_("Description"),
        "description_of_goods description_of_good goods goods_description item_description desc "
        "particulars product? product_description product_name item? item_name commodity",
        N_("the words of the invoice, up to 1,000 characters"),
        longest=1000,
        lines=20,
    ),
    _c(
        "marks",
        N_("Marks and numbers"),
        "marks_and_nos marks_nos marks_no shipping_marks mark marks_numbers marks_and_number "
        "marks_and_numbers_of_packages",
        N_("as on the packages, or empty"),
        needed=False,
        longest=300,
        lines=10,
    ),
    _c(
        "packages",
        N_("Packages"),
        "number_of_packages no_of_packages no_of_pkgs pkgs no_pkgs packages_no no_of_package "
        "no_of_cartons no_of_boxes no_of_bags nos_of_packages number_and_kind_of_packages "
        "no_and_kind_of_packages no_kind_of_packages no_kind_of_pkgs no_of_pkg total_packages?",
        N_("a whole number; “10 cartons” is read as number and kind"),
        figure=True,
    ),
    _c(
        "package_kind",
        N_("Kind of packages"),
        "package_type kind_of_package type_of_packages type_of_package pkg_type packing "
        "kind_of_pkgs kind_of_packing packing_type pkg_kind package? kind?",
        N_("words such as cartons or jute bags, or two letters of UN/ECE Recommendation 21"),
        longest=40,
    ),
    _c(
        "quantity",
        N_("Quantity"),
        "qty quantities qnty total_qty? qty_shipped invoice_qty total_quantity? net_quantity?",
        N_("a figure with up to three decimals; “200 SET” is read as quantity and unit"),
        figure=True,
    ),
    _c(
        "unit",
        N_("Unit"),
        "uom uqc units unit_of_measure unit_of_measurement unit_of_quantity unit_code u_o_m",
        N_("a code of customs such as KGS, PCS or SET, or its usual name"),
    ),
    _c(
        "gross_weight",
        N_("Gross weight in kg"),
        "gross_wt gross? gr_wt gr_weight g_w gw gross_wt_kg gross_wt_kgs gross_weight_kg "
        "gross_weight_kgs gross_kg gross_kgs gross_wt_in_kgs gross_wt_in_kg gross_weight_in_kgs",
        N_("kilograms, not below the net weight; “1.5 MT” is read as tonnes"),
        figure=True,
    ),
    _c(
        "net_weight",
        N_("Net weight in kg"),
        "net_wt net? nt_wt nt_weight n_w nw net_wt_kg net_wt_kgs net_weight_kg net_weight_kgs "
        "net_kg net_kgs net_wt_in_kgs net_wt_in_kg net_weight_in_kgs",
        N_("kilograms; “1.5 MT” is read as tonnes, also where MT stands in the head"),
        figure=True,
    ),
    _c(
        "fob",
        N_("FOB value"),
        "fob_amount fob_val fob_value_in_fc fobvalue fob_value_fc value? amount? total_value? "
        "total_amount? line_total? invoice_value?",
        N_("in the currency of the invoice"),
        figure=True,
    ),
    _c(
        "invoice",
        N_("Invoice number"),
        "invoice_no inv_no inv_number invoice inv invoice_nos bill_no commercial_invoice_no",
        N_("one of the application's invoices, or empty for all of them"),
        needed=False,
        longest=60,
    ),
    _c(
        "criterion",
        N_("Origin"),
        "origin_criterion criteria origin_criteria origin_rule",
        N_(
            "“wholly obtained”, “made from Indian inputs”, “processed”, or empty: then it is asked "
            "for all lines at once later"
        ),
        needed=False,
    ),
    _c(
        "producer_name",
        N_("Producer"),
        "manufacturer manufacturer_name producer maker name_of_producer name_of_manufacturer",
        N_("a name, “confidential”, or empty where the exporter made the goods"),
        needed=False,
        longest=160,
    ),
    _c(
        "producer_address",
        N_("Producer's address"),
        "producer_address manufacturer_address address_of_producer address_of_manufacturer",
        N_("as it shall be printed, or empty"),
        needed=False,
        longest=400,
        lines=5,
    ),
)
LINE_NAMES = tuple(column.name for column in LINE_COLUMNS)
# Units, and currencies behind a value, may stand in the head as well: `FOB (USD)`.
_IN_UNIT = re.compile(
    r"(gross|net)(?:_(?:wt|weight))?(?:_in)?_"
    r"(mts?|m_t|t|tons?|tonnes?|metric_tons?|metric_tonnes?|qtls?|quintals?)"
)
_IN_CURRENCY = re.compile(r"(?:fob_value|fob|value|amount)_(?:in_)?([a-z]{3})")


@dataclass(frozen=True)
class Head:
    """Where the head stands (its place among the rows, -1 without one), and each column's name.

    `columns` has one name for each column of the list, empty where none was recognised.
    """

    place: int
    columns: tuple[str, ...]
    words: tuple[str, ...] = ()

    @property
    def is_found(self) -> bool:
        """Whether the list says itself what its columns are."""
        return self.place >= 0


def find_head(rows: Iterable[tuple[object, ...]], columns: tuple[Column, ...]) -> Head:
    """The row that names most columns, in any order and by any usual name."""
    names = _known(columns)
    best, most = Head(-1, ()), NEEDED_IN_A_HEAD - 1
    width = 0
    for place, cells in enumerate(rows):
        width = max(width, len(cells))
        if place >= HEAD_WITHIN:
            continue
        named = _named([str(cell) for cell in cells], names)
        if (count := sum(map(bool, named))) > most:
            best, most = Head(place, named, tuple(str(cell) for cell in cells)), count
    blank = ("",) * (width - len(best.columns))
    return Head(best.place, best.columns + blank, best.words)


def missing_columns(found: Iterable[str], columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns that every line needs and that the list doesn't have."""
    has = set(found)
    return tuple(c for c in columns if c.needed and c.name not in has and not _implied(c, has))


def currency_in_head(words: Iterable[str]) -> str:
    """The currency that stands in the head of the values, or nothing."""
    for word in words:
        match = _IN_CURRENCY.fullmatch(column_name(word))
        if match and match[1] not in ("fob", "inv", "fcy", "the"):
            return match[1].upper()
    return ""


def unit_in_head(word: str) -> tuple[str, str]:
    """The weight's column and its unit, where a head says one: `Gross wt (MT)`; else nothing."""
    match = _IN_UNIT.fullmatch(column_name(word))
    return (f"{match[1]}_weight", match[2].replace("_", " ")) if match else ("", "")


def _implied(column: Column, has: set[str]) -> bool:
    """`10 cartons` names the kind, `200 SET` the unit."""
    return column.name in ("package_kind", "unit") and bool(has & {"packages", "quantity"})


def _known(columns: tuple[Column, ...]) -> Mapping[str, str]:
    names = {other: c.name for c in columns for other in c.others}
    names |= {column_name(c.label): c.name for c in columns}
    return names | {c.name: c.name for c in columns}


def _named(cells: list[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """A name for each cell, each name once: the second `Amount` of a list is something else."""
    words = [column_name(cell) for cell in cells]
    found = [""] * len(words)
    for mark in ("", "?"):
        for place, word in enumerate(words):
            name = names.get(word + mark, "")
            if not (mark or name) and "fob" in names:
                name = "fob" if _IN_CURRENCY.fullmatch(word) else unit_in_head(word)[0]
            if name and not found[place] and name not in found:
                found[place] = name
    return tuple(found)
