"""Whoever reads what the law says also reads where that is written, of which day, how sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement

from tests.build import Stage

# What only the law can say. A file's own fee or a wallet's amounts are facts of that file.
STATEMENT = re.compile(
    r"₹ ?\d|\bRs\.? ?\d|\bfee of\b|\bFee ₹|[Cc]ompulsory|[Mm]andatory|null and void|filed in"
    r"|handled in|may issue for|identical with|balances of eCoO 1\.0|in force|still decided"
)
DAY = re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}\b|since: not known|as of")
SURE = re.compile(
    r"seen in the source|partly seen|secondary source|unconfirmed|own policy, not law|confirmed"
)
BLOCKS = "self::p or self::li or self::tr or self::dd or self::h1 or self::h2"
MOST_PAGES = 300


def statements(page: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Every text inside `main` that says what the law says, with the block that it stands in."""
    for text in page.xpath("//main//text()[normalize-space()]"):
        if STATEMENT.search(text) and text.getparent().tag not in ("a", "label", "option"):
            blocks = text.getparent().xpath(f"ancestor-or-self::*[{BLOCKS}]")
            if blocks and blocks[-1].tag not in ("h1", "h2"):
                yield " ".join(text.split()), blocks[-1]


def cited(block: HtmlElement) -> str:
    """The citation of a block: its own, else that of the article or notice that it is part of."""
    for place in [block, *block.xpath("ancestor::article | ancestor::*[@role='status']")]:
        cites = place.xpath(".//cite")
        if cites:
            around = place if place is block else cites[0]
            return " ".join(" ".join(around.itertext()).split())
    return ""


def uncited(address: str, text: str) -> list[str]:
    """The statements of a page that lack notice or source, date or certainty."""
    return [
        f"{address}: {said}"
        for said, block in statements(html.fromstring(text))
        if not ((cite := cited(block)) and DAY.search(cite) and SURE.search(cite))
    ]


def public_pages(client: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every public page that can be reached from the home page by links."""
    known, open_ends = {"/"}, ["/"]
    while open_ends and len(known) < MOST_PAGES:
        address = open_ends.pop()
        answer = client.get(address)
        if not answer.content_type.startswith("text/html") or answer.status_code != 200:
            continue
        yield address, answer.text
        for link in html.fromstring(answer.text).xpath("//a/@href"):
            target = urlsplit(urljoin(f"http://localhost{address}", link))
            path = f"{target.path}?{target.query}" if target.query else target.path
            if target.netloc == "localhost" and path not in known:
                known.add(path)
                open_ends.append(path)


def test_every_public_statement_of_law_is_cited(stage: Stage) -> None:
    seen, found, wrong = 0, 0, []
    for address, text in public_pages(stage.client()):
        seen += 1
        found += len(list(statements(html.fromstring(text))))
        wrong += uncited(address, text)
    assert not wrong, "\n".join(wrong)
    assert seen > 60
    assert found > 60


def test_the_forms_cite_what_they_demand(stage: Stage) -> None:
    ref, owner = stage.draft(), stage.client("owner")
    for path, least in (
        ("/applications/new", 2),
        (f"/applications/{ref}/sections/invoice", 1),
        (f"/applications/{ref}/documents", 1),
        (f"/applications/{ref}", 1),
        ("/legacy", 2),
    ):
        text = owner.get(path).text
        assert uncited(path, text) == []
        assert len(list(statements(html.fromstring(text)))) >= least, path
    assert "TN 13/2024-25" in owner.get("/wallet").text.partition("<h2>")[0]


def test_codes_are_cited_too(stage: Stage) -> None:
    address = "/codes?q=basmati"
    text = stage.client().get(address).text
    rows = html.fromstring(text).xpath("//main//ul[@class='rows']/li")
    assert rows and all(SURE.search(row.xpath(".//cite")[0].text_content()) for row in rows)
    assert uncited(address, text) == []


def test_a_statement_without_its_notice_would_be_found() -> None:
    bare = "<main><p>The fee of ₹200.00 is payable.</p></main>"
    half = "<main><p>Fee ₹200.00 <cite>PN 43/2024-25</cite></p></main>"
    whole = "<main><p>Fee ₹200.00 <cite>PN 43, 27 Jan 2025; secondary source</cite></p></main>"
    assert [len(uncited("/", text)) for text in (bare, half, whole)] == [1, 1, 0]
