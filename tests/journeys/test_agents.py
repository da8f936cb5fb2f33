"""An owner trusts a customs broker, who files for the firm until the owner takes it back."""

from __future__ import annotations

import re

from portal import samples
from tests.journeys.people import Person, Walk
from tests.journeys.test_wrong_input import the_message_is_at

BROKER, OWNER = "owner@broker.example", "owner@rice.example"
RICE = samples.FIRMS[0].name
AGENT = samples.AGENT["name"]


def test_a_mandate_is_given_used_and_revoked(walk: Walk) -> None:
    owner, broker = walk.someone(OWNER), walk.someone(BROKER)
    give(owner)
    broker.open("/clients", "clients").reads(RICE, "₹1,000.00 left")
    broker.press(f"Act for {RICE}").at("/applications$").reads(f"{AGENT} for {RICE}")
    broker.look("client-applications").follow("New application").look("client-start")
    broker.type(office=office_at(broker)).press("Begin").at("/sections/consignee$")
    begun = broker.page.url.split("/")[-3]
    broker.open(f"/applications/{begun}/sections/declaration", "client-declaration")
    broker.type(signatory="Invented Broker Omkar", signatory_designation="Broker")
    broker.type(declaration_place="Karnal").press("Save and go on").look("client-declaration-no")
    the_message_is_at(broker, "signatory", "never bears the agent")
    broker.open(f"/applications/{begun}", "client-draft").reads(f"Begun by {AGENT} for {RICE}")
    owner.open(f"/applications/{begun}", "draft-of-agent").reads(f"Begun by {AGENT} for {RICE}")
    broker.open("/clients", "clients-acting").follow(re.compile("^Statement")).look("statement")
    owner.open("/firm/mandates", "mandates-again")
    owner.press(f"Revoke the mandate of {AGENT}").reads("revoked on").look("mandate-revoked")
    broker.page.goto(f"/applications/{begun}")
    broker.reads("There is nothing at this address").look("mandate-ended")
    broker.open("/clients", "clients-none").reads("No firm's mandate holds now")


def give(owner: Person) -> None:
    """Find the agent, be refused once, then give the mandate."""
    owner.open("/firm/mandates", "mandates").press("Find").look("agent-not-named")
    the_message_is_at(owner, "pan", "Type the PAN.")
    owner.type(pan=samples.AGENT["pan"], licence=samples.AGENT["licence"]).press("Find")
    owner.reads(f"A mandate for {AGENT}", "office@broker.example").look("agent-found")
    owner.type(limit="a thousand").press("Give the mandate").look("mandate-refused")
    the_message_is_at(owner, "limit", "Type whole rupees in digits")
    owner.type(scope="submit", limit="1000").press("Give the mandate")
    owner.reads("in force", "Prepare and hand in").look("mandate-given")


def office_at(who: Person) -> str:
    """The first office in the choice."""
    value = who.page.locator("#office option:not([value=''])").first.get_attribute("value")
    assert value
    return value


def test_an_agent_registers_and_is_told_what_is_wrong(walk: Walk) -> None:
    who = walk.someone("viewer@rice.example").open("/agent/registration", "agent-registration")
    who.type(name="Invented Forwarders", pan=samples.AGENT["pan"], licence="INVENTED/1")
    who.type(address="9 Invented Jetty", city="Kandla", state="Gujarat", pin="370210")
    who.type(email="office@forwarders.example", mobile="9000000009").press("Register the agent")
    the_message_is_at(who, "pan", "An agent with this PAN is registered already")
    who.look("agent-registration-refused")


def test_the_books_fill_in_a_draft(walk: Walk) -> None:
    from portal.core.refs import random_ref
    from tests.journeys import laid

    owner, name = walk.someone(OWNER), f"Invented Importer {random_ref(6)}"
    owner.open("/firm/books", "books").follow("Consignees").look("book-of-consignees")
    owner.press("Add the entry").look("book-refused")
    the_message_is_at(owner, "name", "Type the consignee")
    owner.type(name=name, address="9 Invented Pier", country="KE").press("Add the entry")
    owner.reads(name).look("book-with-entry")
    draft = laid.stage(walk.portal).draft()
    owner.open(f"/applications/{draft}/sections/consignee", "consignee-with-book")
    owner.page.locator("#use").select_option(label=name)
    owner.press("Fill in").at("use=").look("consignee-filled")
    assert owner.page.locator("#consignee_name").input_value() == name
    owner.open("/firm/books/branches", "book-of-branches")
    owner.open("/firm/books/signatories", "book-of-signatories")
