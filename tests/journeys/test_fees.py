"""Where the fee goes: released by a refusal and a withdrawal, refused where credit is short."""

from __future__ import annotations

from tests.journeys import acts, laid
from tests.journeys.people import Walk

EXPORTER, OFFICER = "owner@rice.example", "officer@chamber.example"
REASON = "The invoice names goods of another country.\nApply again with the right one."


def test_a_refusal_with_its_reason_releases_the_fee(walk: Walk) -> None:
    exporter, officer = walk.someone(EXPORTER), walk.someone(OFFICER)
    before = acts.held_and_available(exporter)
    number = laid.stage(walk.portal).submitted()
    assert acts.held_and_available(exporter) != before
    acts.take(officer, number)
    officer.press("Refuse the certificate").reads("Give the reason.").look("scrutiny-no-reason")
    officer.type(reason=REASON).press("Refuse the certificate").at(f"/queue/{number}$")
    officer.reads("rejected", "goods of another country").look("scrutiny-rejected")
    exporter.open(f"/applications/{number}", "rejected").reads("Refused by", "right one")
    assert acts.held_and_available(exporter) == before


def test_a_withdrawal_releases_the_fee(walk: Walk) -> None:
    exporter = walk.someone(EXPORTER)
    before = acts.held_and_available(exporter)
    number = acts.hand_in(exporter, laid.stage(walk.portal).draft())
    assert acts.held_and_available(exporter) != before
    exporter.open(f"/applications/{number}", "submitted")
    exporter.page.get_by_text("Withdraw this application").click()
    exporter.look("withdrawing").press("Withdraw").reads("Nothing is held or owed")
    exporter.look("withdrawn")
    assert acts.held_and_available(exporter) == before


def test_too_little_credit_names_what_is_short_and_keeps_the_draft(walk: Walk) -> None:
    exporter = walk.someone(EXPORTER)
    ref = laid.stage(walk.portal).draft()
    with laid.left_only(walk.portal, "owner", 120):
        exporter.open(f"/applications/{ref}", "review").type(declared="y")
        exporter.press("Sign and hand in").reads("₹80.00 short", "the draft is kept")
        exporter.look("too-little-credit").open(f"/applications/{ref}", "review").reads("draft")
        exporter.reads("₹80.00 short of the fee").follow("Add credit first; you come back here")
        exporter.look("wallet-low").press("Add specimen credit (₹1,000.00)")
        exporter.at(f"/applications/{ref}$").open("/wallet", "wallet").reads("₹1,120.00")
        number = acts.hand_in(exporter, ref)
        exporter.open("/applications", "applications").reads(number)
    laid.stage(walk.portal).do(_withdrawn, laid.stage(walk.portal).actor("owner"), number)


def _withdrawn(db, actor, number):  # type: ignore[no-untyped-def]
    from portal.filing import actions

    actions.withdraw(db, actor, number)
