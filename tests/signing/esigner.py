"""Somebody who signs through the sandbox's provider, as a browser without script would."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask.testing import FlaskClient
from lxml import html

from portal.sandbox.esign.pages import CODE
from tests.build import Stage, form_fields
from tests.conftest import Outside
from tests.sandbox.wire import ask


@dataclass
class Esigner:
    """A signed-in person, the portal's pages and the provider's."""

    stage: Stage
    outside: Outside
    client: FlaskClient

    def switch(self, fault: str) -> None:
        """Let the provider misbehave, or behave again (`none`)."""
        body = f'{{"fault": "{fault}"}}'.encode()
        assert ask(self.outside, "PUT", "/switches/esign", body, "application/json").status == 200

    def begin(self, ref: str, **fields: str) -> str:
        """Press the button on the review page, and let the job make the file ready."""
        page = self.client.get(f"/applications/{ref}").text
        answer = self.client.post(
            f"/applications/{ref}/signature", data=form_fields(page, **fields)
        )
        assert answer.status_code == 303, answer.status_code
        self.work()
        return str(answer.location)

    def begin_test(self) -> str:
        """Press the button of the diagnostics page."""
        page = self.client.get("/signatures").text
        answer = self.client.post("/signatures", data=form_fields(page))
        assert answer.status_code == 303, answer.status_code
        self.work()
        return str(answer.location)

    def consent(self, path: str) -> dict[str, str]:
        """Agree; returns the fields of the form that leaves for the provider."""
        page = self.client.get(path).text
        left = self.client.post(f"{path}/consent", data=form_fields(page))
        assert left.status_code == 200, left.status_code
        assert (
            f"form-action 'self' http://127.0.0.1:{self.outside.port}"
            in left.headers["Content-Security-Policy"]
        )
        form = html.fromstring(left.text).xpath("//form[@data-at-once]")[0]
        assert urlsplit(form.get("action")).path == "/esign/2.1/signdoc"
        return {field.get("name"): field.get("value") for field in form.xpath(".//input")}

    def at_provider(self, fields: dict[str, str], person: str, code: str = CODE) -> list[Any]:
        """Consent and code on the provider's pages; the forms of the page at the end."""
        page = self.post("/esign/2.1/signdoc", fields)
        if "person" in page:
            page = self.next(page, person=person, action="send")
        if "otp" in page:
            page = self.next(page, otp=code, action="sign")
        return [form for form in html.fromstring(page).xpath("//form") if form.xpath(".//input")]

    def next(self, page: str, **fields: str) -> str:
        """Send the page's first form with some fields filled in."""
        form = html.fromstring(page).xpath("//form")[0]
        hidden = {f.get("name"): f.get("value") or "" for f in form.xpath(".//input[@name]")}
        return self.post(form.get("action"), {**hidden, **fields})

    def post(self, path: str, fields: dict[str, str]) -> str:
        """An ordinary form to the provider; the page that it answers."""
        kind = "application/x-www-form-urlencoded"
        return ask(self.outside, "POST", path, urlencode(fields).encode(), kind).body.decode()

    def bring_back(self, message: str) -> Any:
        """The browser brings the answer, from another site: without any cookie of ours."""
        file = {"msg": (io.BytesIO(message.encode()), "msg")}
        kind = "multipart/form-data"
        return self.stage.app.test_client().post("/e-sign/answer", data=file, content_type=kind)

    def answered(self, path: str, person: str) -> str:
        """The provider's answer to a request, not yet brought back."""
        forms = self.at_provider(self.consent(path), person)
        return str(forms[-1].xpath(".//input[@name='msg']")[0].get("value"))

    def sign(self, path: str, person: str = "specimen-2") -> str:
        """The rest of the way of a request that is ready; returns its page."""
        answer = self.bring_back(self.answered(path, person))
        assert (answer.status_code, answer.location) == (303, path), answer.status_code
        self.work()
        return str(self.client.get(path).text)

    def work(self) -> None:
        """What relay and worker do meanwhile."""
        for _ in range(3):
            self.stage.run_jobs()
