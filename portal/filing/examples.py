"""Writes the templates of lists: their columns, plainly invented rows, and what cells accept."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from portal.core.sheets import safe_cell
from portal.filing.rules.batches import BATCH_COLUMNS
from portal.filing.rules.columns import LINE_COLUMNS, Column
from portal.filing.rules.rows import EXAMPLE_MARK

_LINES: tuple[Mapping[str, str], ...] = (
    {
        "hs_code": "73239390",
        "description": f"{EXAMPLE_MARK}: stainless steel thali sets",
        "marks": "SPECIMEN 1-10",
        "packages": "10",
        "package_kind": "cartons",
        "quantity": "200",
        "unit": "SET",
        "gross_weight": "150",
        "net_weight": "140.5",
        "fob": "900.00",
        "criterion": "made from Indian inputs",
    },
    {
        "hs_code": "09101110",
        "description": f"{EXAMPLE_MARK}: fresh ginger",
        "packages": "40",
        "package_kind": "jute bags",
        "quantity": "1000",
        "unit": "kilograms",
        "gross_weight": "1040",
        "net_weight": "1000",
        "fob": "1,200.50",
        "criterion": "wholly obtained",
        "producer_name": "Invented Growers' Society",
        "producer_address": "1 Invented Field, Nowhere",
    },
    {
        "hs_code": "61091000",
        "description": f"{EXAMPLE_MARK}: T-shirts of cotton, knitted",
        "packages": "5",
        "package_kind": "cartons",
        "quantity": "50",
        "unit": "dozen",
        "gross_weight": "62",
        "net_weight": "58",
        "fob": "2400",
        "producer_name": "confidential",
    },
)
_APPLICATION: Mapping[str, str] = {
    "own_reference": "INVENTED-1",
    "consignee_name": "Invented Importer Limited",
    "consignee_address": "1 Invented Quay, Nowhere 1000",
    "consignee_country": "Kenya",
    "transport_mode": "sea",
    "vessel": "MV Invented",
    "port_of_loading": "INNSA1",
    "port_of_discharge": "Mombasa",
    "destination_country": "KE",
    "invoice_number": "INVENTED-1",
    "invoice_date": "2026-11-20",
    "currency": "USD",
    "incoterm": "FOB",
    "signatory": "Invented Owner",
    "signatory_designation": "Director",
    "declaration_place": "Nowhere",
}


def example_rows(*, applications: bool) -> tuple[tuple[Column, ...], list[list[str]]]:
    """The columns of a template and its invented rows."""
    columns = BATCH_COLUMNS if applications else LINE_COLUMNS
    rows = [dict(row) for row in _LINES]
    if applications:
        rows[0] |= _APPLICATION
        rows[1] |= {"own_reference": "INVENTED-1"}
        rows[2] |= {**_APPLICATION, "own_reference": "INVENTED-2", "invoice_number": "INVENTED-2"}
    return columns, [[row.get(column.name, "") for column in columns] for row in rows]


def example_csv(*, applications: bool) -> bytes:
    """The template as CSV (UTF-8 with its mark): head, examples, and notes that are passed by."""
    columns, rows = example_rows(applications=applications)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(column.label for column in columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    for column in columns:
        writer.writerow([f"# {column.label}: {column.accepts}"])
    return text.getvalue().encode("utf-8-sig")


def example_xlsx(*, applications: bool) -> bytes:
    """The template as a workbook: a sheet for the rows, all of it text, and one with the words."""
    import openpyxl

    columns, rows = example_rows(applications=applications)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Rows"
    for cells in ([column.label for column in columns], *rows):
        sheet.append(cells)
    for place, column in enumerate(columns, 1):
        letter = openpyxl.utils.get_column_letter(place)
        sheet.column_dimensions[letter].width = 40 if column.lines > 1 else 18
        if not column.figure:
            # Text, so that no 0 in front is lost and nothing becomes a power of ten.
            sheet.column_dimensions[letter].number_format = "@"
            for cell in sheet[letter]:
                cell.number_format = "@"
    words = book.create_sheet("What cells accept")
    for column in columns:
        words.append([column.label, column.accepts, ", ".join(column.others)])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
