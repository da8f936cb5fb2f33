"""Three invented shipments that the demonstration files: rice, steel utensils, T-shirts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shipment:
    """What an exporter types: each section's fields, the goods lines, and who does it."""

    exporter: str
    officer: str
    office: str
    consignee: Mapping[str, str]
    transport: Mapping[str, str]
    invoice: Mapping[str, str]
    declaration: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...]
    # The one answer about origin for lines that don't say it themselves.
    origin: Mapping[str, str] = field(default_factory=dict)


def shipments(invoice_date: str) -> tuple[Shipment, ...]:
    """The three shipments, with an invoice date (ISO) that is not in the future."""
    return (_rice(invoice_date), _utensils(invoice_date), _shirts(invoice_date))


def _rice(day: str) -> Shipment:
    return Shipment(
        exporter="owner@rice.example",
        officer="officer@chamber.example",
        office="Delhi office",
        consignee={
            "consignee_name": "Specimen Grain Trading Establishment",
            "consignee_address": "12 Invented Port Road\nJeddah 21000",
            "consignee_country": "SA",
        },
        transport={
            "transport_mode": "sea",
            "vessel": "MV Invented Star, voyage 26W47",
            "port_of_loading": "INMUN1",
            "port_of_discharge": "Jeddah",
            "destination_country": "SA",
        },
        invoice={
            "invoice_number": "SPECIMEN/RICE/2026-27/0001",
            "invoice_date": day,
            "currency": "USD",
            "incoterm": "CIF",
        },
        declaration=_declaration("Invented Owner Asha", "Karnal"),
        lines=(
            {
                "hs_code": "10063012",
                "description": "Indian parboiled basmati rice, 1121 sella, 40 kg bags",
                "marks": "SPECIMEN GRAIN\nJEDDAH\n1-2500",
                "packages": "2500",
                "package_kind": "woven bags",
                "quantity": "100",
                "unit": "MTS",
                "gross_weight": "1,00,375",
                "net_weight": "1,00,000",
                "fob": "1,12,000.00",
                "criterion": "wholly_obtained",
            },
        ),
    )


def _utensils(day: str) -> Shipment:
    return Shipment(
        exporter="owner@steel.example",
        officer="mumbai@chamber.example",
        office="Mumbai office",
        consignee={
            "consignee_name": "Specimen Household Goods Limited",
            "consignee_address": "7 Invented Market Street\nMombasa 80100",
            "consignee_country": "KE",
        },
        transport={
            "transport_mode": "sea",
            "vessel": "MV Invented Monsoon",
            "port_of_loading": "INNSA1",
            "port_of_discharge": "Mombasa",
            "destination_country": "KE",
        },
        invoice={
            "invoice_number": "SPECIMEN-STEEL-114",
            "invoice_date": day,
            "currency": "USD",
            "incoterm": "FOB",
        },
        declaration=_declaration("Invented Owner Farid", "Moradabad"),
        lines=(
            _utensil(
                "Stainless steel thali sets, 5 pieces", "150", "3000", "2250", "2100", "13500"
            ),
            _utensil(
                "Stainless steel cooking pots with lid", "90", "1080", "1620.5", "1512", "9720"
            ),
            _utensil("Stainless steel water jugs, 2 litres", "60", "1440", "702", "648.75", "5040"),
        ),
    )


def _utensil(what: str, boxes: str, sets: str, gross: str, net: str, fob: str) -> dict[str, str]:
    return {
        "hs_code": "73239390",
        "description": what,
        "marks": "SPECIMEN HOUSEHOLD\nMOMBASA",
        "packages": boxes,
        "package_kind": "cartons",
        "quantity": sets,
        "unit": "SET" if "sets" in what else "PCS",
        "gross_weight": gross,
        "net_weight": net,
        "fob": fob,
        "criterion": "made_from_indian_inputs",
    }


def _shirts(day: str) -> Shipment:
    return Shipment(
        exporter="owner@knit.example",
        officer="officer@federation.example",
        office="Tiruppur office",
        consignee={
            "consignee_name": "Specimen Apparel Kabushiki Kaisha",
            "consignee_address": "9-9 Invented-cho, Minato-ku\nTokyo 105-0000",
            "consignee_country": "JP",
        },
        transport={
            "transport_mode": "air",
            "vessel": "Flight XX 999",
            "port_of_loading": "INMAA4",
            "port_of_discharge": "Tokyo Narita",
            "destination_country": "JP",
        },
        invoice={
            "invoice_number": "SPECIMEN/KNIT/60",
            "invoice_date": day,
            "currency": "JPY",
            "incoterm": "FCA",
        },
        declaration=_declaration("Invented Owner Gita", "Tiruppur"),
        lines=tuple(_shirt(number) for number in range(1, 61)),
        origin={
            "criterion": "processed_beyond_minimal",
            "input_name_1": "Cotton yarn, combed, invented brand",
            "input_code_1": "5205",
            "input_country_1": "VN",
            "operations": "marking",
            "more": "yes",
            "processing": "Yarn was knitted, dyed, cut, sewn and finished into T-shirts",
        },
    )


def _shirt(number: int) -> dict[str, str]:
    colour = ("white", "navy", "black", "grey melange", "indigo", "olive")[number % 6]
    size = ("S", "M", "L", "XL", "XXL")[number % 5]
    pieces = 240 + 12 * (number % 7)
    return {
        "hs_code": "61091000",
        "description": f"Cotton T-shirts, knitted, style SP-{100 + number}, {colour}, size {size}",
        "marks": f"SPK {number:02d}/60",
        "packages": str(pieces // 12 // 5 or 1),
        "package_kind": "cartons",
        "quantity": str(pieces),
        "unit": "PCS",
        "gross_weight": f"{pieces * 0.19:.3f}",
        "net_weight": f"{pieces * 0.16:.3f}",
        "fob": str(pieces * 410),
        "criterion": "later",
    }


def _declaration(name: str, place: str) -> dict[str, str]:
    return {"signatory": name, "signatory_designation": "Director", "declaration_place": place}
