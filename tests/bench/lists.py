"""What a list of 1,000 goods lines costs: process CPU of each step, once each on SQLite."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
from flask.testing import FlaskClient

from portal import create_app
from portal.config import Settings
from portal.setup import get_ready
from tests.build import Stage, form_fields

COUNT = 1000
HEAD = ("HS Code", "Description", "Pkgs", "Kind", "Qty", "UOM", "Gross Wt", "Net Wt", "FOB")


def figures() -> dict[str, float]:
    """Milliseconds of CPU by step; reading a workbook counts the confined process with it."""
    found: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        settings = Settings.from_env({"DATA_DIR": folder, "SECRET_KEY": "only-for-figures-" * 2})
        app = create_app(settings)
        get_ready(app.extensions["portal"])
        stage = Stage(app)
        client, ref = stage.client("owner"), stage.draft(lines=0)
        url = f"/applications/{ref}/lists"
        for ending, content in (("csv", csv_of(COUNT)), ("xlsx", xlsx_of(COUNT))):
            page = client.get(url).text
            fields = form_fields(page, file=(io.BytesIO(content), f"lines.{ending}"))
            answer = _timed(found, f"send_{ending}", client.post, url, data=fields)
            sheaf = answer.location
        page = _timed(found, "page_of_50_rows", client.get, sheaf).text
        fixed = form_fields(page, c2_marks="SPECIMEN 1")
        _timed(found, "correct_one_row", client.post, f"{sheaf}/rows", data=fixed)
        taken = _timed(found, "take_all", client.post, f"{sheaf}/taking", data=form_fields(page))
        _timed(found, "goods_page_after", client.get, taken.location)
        _batch(found, stage, client)
    return found


def _batch(found: dict[str, float], stage: Stage, client: FlaskClient) -> None:
    """Fifty applications of twenty lines each."""
    head, *lines = rows(COUNT)
    listed = [("Our Ref", *head), *((f"R-{n // 20}", *line) for n, line in enumerate(lines))]
    content = "\r\n".join(",".join(str(cell) for cell in row) for row in listed).encode()
    url = "/applications/lists"
    office = str(stage.office_id("DEL"))
    file = (io.BytesIO(content), "many.csv")
    fields = form_fields(client.get(url).text, file=file, office=office)
    sheaf = _timed(found, "send_50_applications", client.post, url, data=fields).location
    page = _timed(found, "page_of_50_applications", client.get, sheaf).text
    fields = form_fields(page)
    _timed(found, "begin_50_applications", client.post, f"{sheaf}/taking", data=fields)


def csv_of(count: int) -> bytes:
    """So many invented lines as CSV."""
    return "\r\n".join(",".join(str(cell) for cell in row) for row in rows(count)).encode()


def xlsx_of(count: int) -> bytes:
    """The same as a workbook."""
    book = openpyxl.Workbook()
    for row in rows(count):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def rows(count: int) -> list[tuple[Any, ...]]:
    """The head and so many rows of forty codes."""
    codes = [f"{six}{n:02d}" for six in ("732393", "610910", "091011", "420221") for n in range(10)]
    line = ("cartons", 12.5, "PCS", 150, 140.25, 900.5)
    return [HEAD, *((codes[n % 40], f"INVENTED goods {n}", 10, *line) for n in range(count))]


def _timed(
    found: dict[str, float], name: str, call: Callable[..., Any], *args: Any, **kw: Any
) -> Any:
    """Call and keep the CPU of this process and its children."""
    began = time.process_time()
    answer = call(*args, **kw)
    assert answer.status_code in (200, 303), (name, answer.status_code)
    found[f"lists.cpu_ms_{name}"] = round((time.process_time() - began) * 1000, 1)
    return answer


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:32} {value}")
