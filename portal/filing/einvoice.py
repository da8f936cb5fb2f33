"""Reads the JSON of a GST e-invoice: schema 1.1 (FORM GST INV-01) as the IRP returns it, or bare.

A signed one is only unpacked: its signature is neither trusted nor said to be checked. Whatever
is read is shown to a person before anything is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.words import N_
from portal.filing.rules.goods import MAX_LINES
from portal.filing.rules.gst import scaled, unit_of
from portal.filing.rules.gst_json import Unreadable, number_of, parsed, text_of

MAX_BYTES = 1024 * 1024
MAX_WRAPPERS = 6
EXPORTS = ("EXPWP", "EXPWOP")
# How the pages of the IRP and programs around it wrap an invoice.
WRAPPERS = ("SignedInvoice", "signedInvoice", "Data", "data", "Result", "result", "Invoice")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True)
class Item:
    """A line of goods. `quantity` × 1000 and `amount` in paise, None where it can't be read."""

    hsn: str
    description: str
    quantity: int | None
    unit: str
    amount: int | None


@dataclass(frozen=True)
class EInvoice:
    """What an e-invoice says of an export; amounts are decimals as written, None where absent."""

    number: str
    dated: date | None
    irn: str
    supply: str
    seller_gstin: str
    buyer_name: str
    buyer_address: str
    country: str
    currency: str
    port: str
    bill_number: str
    bill_dated: date | None
    total_rupees: Decimal | None
    total_foreign: Decimal | None
    items: tuple[Item, ...]
    services: int = 0

    @property
    def is_export(self) -> bool:
        """Whether it says that it is about an export."""
        return self.supply in EXPORTS

    @property
    def total(self) -> Decimal | None:
        """What the invoice comes to in its currency; an invoice in rupees says it in rupees."""
        return self.total_rupees if self.currency == "INR" else self.total_foreign


def read(raw: bytes, which: str = "") -> EInvoice:
    """The e-invoice in a file or a pasted text, at most 1 MB.

    `which` is the invoice's number where a list holds several. Raises Unreadable.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable(
            N_("This is larger than 1 MB. Send the JSON of one e-invoice."), code="too_large"
        )
    found = [_facts(invoice) for invoice in _invoices(text_of(raw))]
    if which:
        found = [one for one in found if one.number.casefold() == which.strip().casefold()]
    if len(found) == 1:
        return found[0]
    numbers = ", ".join(one.number for one in found[:10]) or "–"
    if found:
        text = N_("The file holds %(count)s invoices: %(numbers)s. Say which one to take.")
    else:
        text = N_("The file holds no invoice with this number.")
    raise Unreadable(text, code="which_invoice", field="which", count=len(found), numbers=numbers)


def written(invoice: EInvoice) -> dict[str, Any]:
    """What was read as plain data, and nothing else of the file: no bank, no telephone."""
    facts: dict[str, Any] = json.loads(json.dumps(asdict(invoice), default=str))
    return facts


def read_back(facts: dict[str, Any]) -> EInvoice:
    """The e-invoice that was written down."""
    days = {name: facts[name] and date.fromisoformat(facts[name]) for name in _DAYS}
    sums = {n: None if facts[n] is None else Decimal(facts[n]) for n in _SUMS}
    return EInvoice(**{**facts, **days, **sums, "items": tuple(Item(**x) for x in facts["items"])})


_DAYS = ("dated", "bill_dated")
_SUMS = ("total_rupees", "total_foreign")


def _invoices(text: str) -> list[dict[str, Any]]:
    """The invoices in a text, out of whatever wraps them."""
    found = [parsed(text)]
    for _level in range(MAX_WRAPPERS):
        if all(_is_invoice(one) for one in found):
            break
        found = [inner for one in found for inner in _unwrapped(one)]
        if len(found) > MAX_LINES:
            break
    invoices = [one for one in found if _is_invoice(one)]
    if invoices and len(invoices) == len(found):
        return invoices
    raise Unreadable(
        N_("No e-invoice was found: DocDtls and ItemList have to stand in it (schema 1.1)."),
        code="no_invoice",
    )


def _is_invoice(value: Any) -> bool:
    return isinstance(value, dict) and "DocDtls" in value and "ItemList" in value


def _unwrapped(value: Any) -> Iterator[Any]:
    if _is_invoice(value):
        yield value
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, dict):
        yield from [value[name] for name in WRAPPERS if value.get(name)][:1]
    elif isinstance(value, str):
        yield parsed(value.strip())


def _facts(invoice: dict[str, Any]) -> EInvoice:
    doc, export = _part(invoice, "DocDtls"), _part(invoice, "ExpDtls")
    buyer, values = _part(invoice, "BuyerDtls"), _part(invoice, "ValDtls")
    typ = _word(doc, "Typ").upper()
    if typ in ("CRN", "DBN"):
        raise Unreadable(
            N_("No. %(number)s is a credit or debit note. Send the invoice."),
            code="a_note",
            number=_word(doc, "No"),
        )
    goods = [row for row in _rows(invoice) if _word(row, "IsServc").upper() != "Y"]
    return EInvoice(
        _word(doc, "No"),
        _day(_word(doc, "Dt")),
        _word(invoice, "Irn"),
        _word(_part(invoice, "TranDtls"), "SupTyp").upper(),
        _word(_part(invoice, "SellerDtls"), "Gstin").upper(),
        _word(buyer, "LglNm") or _word(buyer, "TrdNm"),
        _address(buyer),
        _word(export, "CntCode").upper(),
        _word(export, "ForCur").upper() or "INR",
        _word(export, "Port").upper(),
        _word(export, "ShipBNo"),
        _day(_word(export, "ShipBDt")),
        _amount(values, "TotInvVal"),
        _amount(values, "TotInvValFc"),
        tuple(_item(row) for row in goods),
        len(_rows(invoice)) - len(goods),
    )


def _rows(invoice: dict[str, Any]) -> list[dict[str, Any]]:
    found = invoice["ItemList"]
    # Some programs write one line without the list around it, or {"Item": […]}.
    found = found.get("Item", [found]) if isinstance(found, dict) else found
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreadable(N_("ItemList has to be a list of lines."), code="no_lines")
    if len(found) > MAX_LINES:
        raise Unreadable(
            N_("The invoice has %(count)s lines; one certificate takes at most %(most)s."),
            code="too_many_lines",
            count=len(found),
            most=MAX_LINES,
        )
    return found


def _item(row: dict[str, Any]) -> Item:
    amount = _amount(row, "AssAmt")
    return Item(
        re.sub(r"[.\s]", "", _word(row, "HsnCd")),
        _word(row, "PrdDesc") or _word(row, "PrdNm"),
        scaled(_amount(row, "Qty"), 3),
        unit_of(_word(row, "Unit")),
        scaled(amount if amount is not None else _amount(row, "TotAmt"), 2),
    )


def _address(buyer: dict[str, Any]) -> str:
    """Up to five lines; the PIN 999999 and State 96 of a buyer abroad say nothing."""
    pin = _word(buyer, "Pin")
    lines = [_word(buyer, name) for name in ("Addr1", "Addr2", "Loc")]
    return "\n".join(line for line in [*lines, "" if pin == "999999" else pin] if line)


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _word(value: dict[str, Any], name: str) -> str:
    """A text, or a figure where a text belongs, without blanks around it and in one line."""
    found = value.get(name)
    plain = isinstance(found, str | Decimal) and not isinstance(found, bool)
    return " ".join(str(found).split())[:1000] if plain else ""


def _amount(value: dict[str, Any], name: str) -> Decimal | None:
    found = value.get(name)
    if isinstance(found, str):
        found = number_of(found.replace(",", "").strip())
    return found if isinstance(found, Decimal) and found.is_finite() else None


def _day(text: str) -> date | None:
    """A day as the schema writes it, dd/mm/yyyy."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
