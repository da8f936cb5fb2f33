"""What saving a section by itself costs: CPU of one request, and its bytes each way."""

from __future__ import annotations

import re
import time
from statistics import median
from urllib.parse import urlencode

from flask.testing import FlaskClient

from tests.bench import pages
from tests.bench.wire import size, text_of
from tests.build import Stage

RUNS, WARM = 60, 20
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Encoding": "br"}
HIDDEN = ("csrf_token", "acting_for", "page", "shown")
# One field of each section, as it is typed into.
TYPED = {
    "certificate": ("own_reference", "ERP 4711"),
    "consignee": ("consignee_address", "9 Invented Pier\nMombasa Industrial Area\nKenya"),
    "transport": ("vessel", "MV Invented Voyager"),
    "invoice": ("clause", "WE CERTIFY THAT THE GOODS ARE OF INDIAN ORIGIN."),
    "declaration": ("declaration_place", "Karnal"),
}
# What Chromium adds to a request of its own accord, as counted in the journey of the sections.
BROWSER_ADDS = 980


def figures() -> dict[str, float]:
    """Milliseconds of process CPU (medians after warm-up) and bytes sent and answered."""
    with pages.app_in_a_folder() as app:
        stage = Stage(app)
        ref, client = stage.draft(lines=10), stage.client("owner")
        found: dict[str, float] = {}
        for section in TYPED:
            cpu, asked, answered = _measured(client, f"/applications/{ref}/sections/{section}")
            found[f"autosave.cpu_ms_{section}"] = cpu
            found[f"autosave.bytes_sent_{section}"] = asked
            found[f"autosave.bytes_answered_{section}"] = answered
        return found


def _measured(client: FlaskClient, path: str) -> tuple[float, int, int]:
    hidden = _hidden(client.get(path).text)
    name, text = TYPED[path.rsplit("/", 1)[1]]
    spent, asked, answered = [], 0, 0
    for turn in range(RUNS):
        hidden["page"] = re.sub(r"\d+$", str(turn + 1), hidden["page"])
        fields = {**hidden, name: f"{text} {turn}"}
        began = time.process_time()
        answer = client.post(f"{path}/typed", data=fields, headers=HTMX)
        spent.append((time.process_time() - began) * 1000)
        assert answer.status_code == 200, path
        hidden |= _hidden(text_of(answer))
        asked = BROWSER_ADDS + len(urlencode(fields))
        answered = size(answer)
    return round(median(spent[WARM:]), 2), asked, answered


def _hidden(html: str) -> dict[str, str]:
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', html) for name in HIDDEN}
    return {name: match[1] for name, match in found.items() if match}


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:32} {value}")
