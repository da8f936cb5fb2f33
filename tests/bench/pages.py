"""What pages cost a process: CPU of one request, warm, on SQLite; and what they weigh."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from werkzeug.test import EnvironBuilder

from portal import create_app
from portal.certificates import queries as certificates
from portal.config import ROOT, Settings
from portal.core.refs import random_ref
from portal.filing.models import GoodsLine
from portal.filing.queries import application_for
from portal.setup import get_ready
from tests.bench.wire import ask, weigh
from tests.build import LINE, Stage

BATCHES, REQUESTS, WARM = 15, 20, 20
QUEUE_ROWS = 50
Where = tuple[FlaskClient, str]
LONG = {
    "consignee_name": "Specimen Household Goods and General Trading Company Limited",
    "invoice_number": "SPECIMEN/STEEL/2026-27/000114",
}


@dataclass(frozen=True)
class Laid:
    """The stage of the measurement: who asks, and for which pages."""

    pages: dict[str, Where]

    def cpu(self) -> dict[str, float]:
        """Milliseconds of process CPU a request, by the page's name."""
        return {f"cpu_ms.{name}": cpu_ms(*where) for name, where in self.pages.items()}

    def weights(self) -> dict[str, float]:
        """Bytes on the wire of a first view, and its requests, by the page's name."""
        found: dict[str, float] = {}
        for name, (client, path) in self.pages.items():
            weight = weigh(client, path)
            found[f"bytes.{name}"] = weight.total
            found[f"requests.{name}"] = weight.requests
        return found


def figures() -> dict[str, float]:
    """CPU and weight of every page that is measured."""
    with laid() as stage:
        return {**stage.cpu(), **stage.weights()}


def cpu_ms(client: FlaskClient, path: str) -> float:
    """CPU of one request: the application alone, as a server calls it.

    The median of 15 batches of 20 requests, after 20 others: a neighbour's load on the machine
    makes some batches dearer, and must not count.
    """
    for _ in range(WARM):
        assert ask(client, path).status_code == 200, path
    cookie = client.get_cookie("s")
    headers = [("Accept-Encoding", "br"), ("Cookie", f"s={cookie.value}" if cookie else "")]
    environ = EnvironBuilder(
        path=path.partition("?")[0], query_string=path.partition("?")[2], headers=headers
    ).get_environ()
    return round(median(_batch(client.application, environ) for _ in range(BATCHES)), 2)


def _batch(app: Flask, environ: dict[str, Any]) -> float:
    began = time.process_time()
    for _ in range(REQUESTS):
        call(app, environ)
    return (time.process_time() - began) * 1000 / REQUESTS


def call(app: Flask, environ: dict[str, Any]) -> bytes:
    """One request without a test client around it; asserts that it was answered by 200."""
    said: list[str] = []

    def start(status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], None]:
        said.append(status)
        return said.append  # type: ignore[return-value]

    answer = app.wsgi_app({**environ, "wsgi.input": BytesIO()}, start)
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    assert said[0].startswith("200"), said
    return body


@contextmanager
def laid() -> Iterator[Laid]:
    """A sandbox with a full queue, an issued certificate and drafts; gone afterwards."""
    with app_in_a_folder() as app:
        yield Laid(_pages(Stage(app)))


@contextmanager
def app_in_a_folder() -> Iterator[Flask]:
    """The application on a sandbox of its own; gone afterwards."""
    with TemporaryDirectory(prefix="ecoo-bench-") as folder:
        fonts = ROOT / "var" / "fonts"
        fonts.mkdir(parents=True, exist_ok=True)
        (Path(folder) / "fonts").symlink_to(fonts)
        app = create_app(Settings.from_env({"DATA_DIR": folder}))
        get_ready(app.extensions["portal"])
        yield app
        app.extensions["portal"].sessions.kw["bind"].dispose()


def _pages(stage: Stage) -> dict[str, Where]:
    _file, number = stage.issued()
    _full_queue(stage)
    draft, long = stage.draft(lines=10, **LONG), _thousand(stage)
    filed = stage.hand_in(stage.actor("owner"), _thousand(stage))
    with stage.db() as db:
        found = certificates.by_number(db, number)
        assert found is not None
    anybody, exporter, officer = stage.client(), stage.client("owner"), stage.client("officer")
    return {
        "landing": (anybody, "/"),
        "verify": (anybody, "/verify"),
        "verify_number": (anybody, f"/verify/{number}"),
        "verify_code": (anybody, f"/verify?number={number}&code={found.check_code}"),
        "agreements": (anybody, "/agreements"),
        "agreement": (anybody, "/agreements/india-uk-ceta"),
        "events": (anybody, "/events"),
        "notices": (anybody, "/notices"),
        "agencies": (anybody, "/agencies"),
        "codes": (anybody, "/codes?q=basmti+rise"),
        "sign_in": (anybody, "/sign-in"),
        "queue_50": (officer, "/queue"),
        "applications": (exporter, "/applications"),
        "review": (exporter, f"/applications/{draft}"),
        "goods": (exporter, f"/applications/{draft}/goods"),
        "goods_of_1000": (exporter, f"/applications/{long}/goods?page=20"),
        "line_of_1000": (exporter, f"/applications/{long}/goods/500"),
        "invoice_of_1000": (exporter, f"/applications/{long}/sections/invoice"),
        "review_of_1000": (exporter, f"/applications/{long}"),
        "scrutiny_of_1000": (officer, f"/queue/{filed}"),
        "transport": (exporter, f"/applications/{draft}/sections/transport"),
        "firm_desk": (exporter, "/dashboard"),
    }


def _thousand(stage: Stage) -> str:
    """A draft of a thousand lines; its reference."""
    ref = stage.draft(lines=1)
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        rest = range(2, 1001)
        rows = [{**LINE, **_own(n), "application_id": row.id, "position": n} for n in rest]
        db.execute(insert(GoodsLine), rows)
        db.commit()
    return ref


def _own(n: int) -> dict[str, str]:
    """Words of a line's own: no two lines of a real list are alike."""
    return {"description": f"Stainless steel thali sets, style {n}", "marks": f"SM {n} 1-10"}


def _full_queue(stage: Stage) -> None:
    """Fifty files of real length, each paid for."""
    from portal.wallet import actions as wallet

    owner = stage.actor("owner")
    for _ in range(QUEUE_ROWS // 5 + 1):
        stage.do(wallet.add_specimen_credit, owner, random_ref(16), sandbox=True)
    for _ in range(QUEUE_ROWS):
        stage.submitted(**LONG)
