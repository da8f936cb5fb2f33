"""A browser without script that fills the real forms of an application."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core import clock
from tests.build import Stage, form_fields, yesterday

TEXTS: Mapping[str, tuple[str, ...]] = {
    "sections/consignee": ("consignee_name", "consignee_address"),
    "sections/transport": ("vessel", "port_of_discharge"),
    "sections/invoice": ("invoice_number",),
    "sections/declaration": ("signatory", "signatory_designation", "declaration_place"),
    "goods": ("description", "marks", "package_kind"),
}


def filled() -> dict[str, dict[str, str]]:
    """Every form of a draft, filled in rightly."""
    return {
        "sections/consignee": {
            "consignee_name": "Specimen Consignee Limited",
            "consignee_address": "1 Invented Quay\r\nNowhere 1000",
            "consignee_country": "KE",
        },
        "sections/transport": {
            "transport_mode": "sea",
            "vessel": "MV Invented",
            "departs_on": clock.today().isoformat(),
            "port_of_loading": "INNSA1",
            "port_of_discharge": "Mombasa",
            "destination_country": "KE",
        },
        "sections/invoice": {
            "invoice_number": "SPECIMEN-1",
            "invoice_date": yesterday().isoformat(),
            "currency": "USD",
            "incoterm": "FOB",
        },
        "sections/declaration": {
            "signatory": "Invented Owner Asha",
            "signatory_designation": "Director",
            "declaration_place": "Karnal",
        },
        "goods": {
            "hs_code": "73239390",
            "description": "Stainless steel thali sets",
            "marks": "SPECIMEN 1-10",
            "packages": "10",
            "package_kind": "cartons",
            "quantity": "200",
            "unit": "SET",
            "gross_weight": "150",
            "net_weight": "140",
            "fob": "900",
            "criterion": "made_from_indian_inputs",
        },
    }


@dataclass
class Draft:
    """A complete draft, open in the browser of its owner."""

    stage: Stage
    client: FlaskClient
    ref: str
    hidden: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, stage: Stage) -> Draft:
        """A new one; signs in."""
        ref, client = stage.draft(), stage.client("owner")
        return cls(stage, client, ref, form_fields(client.get("/seat").text))

    def send(self, form: str, **changes: Any) -> TestResponse:
        """One form, filled in rightly but for `changes`."""
        fields = {**filled().get(form, {}), **changes, **self.hidden}
        return finished(self.client.post(f"/applications/{self.ref}/{form}", data=fields))


def finished(answer: TestResponse) -> TestResponse:
    """The answer; a large upload waited in a file that the test client leaves open."""
    answer.request.environ["wsgi.input"].close()
    return answer


def refused_at(answer: TestResponse, name: str) -> str:
    """The message at the field `name` of a refused form (422); the list on top links to it."""
    assert answer.status_code == 422, (answer.status_code, name)
    page = answer.text
    assert f'<a href="#{name}">' in page, f"no link to {name}"
    found = re.search(rf'id="{name}-error">(.*?)</p>', page, re.DOTALL)
    assert found, f"no message at {name}"
    return html.unescape(found.group(1))


def keeps(answer: TestResponse, typed: str) -> bool:
    """Whether what was typed stands in the form again, as text and nothing else."""
    escaped = html.escape(typed)
    return (
        escaped in answer.text
        or escaped.replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in answer.text
    )
