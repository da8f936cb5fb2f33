"""The whole way from signing in to a file handed in, by keyboard alone."""

from __future__ import annotations

from tests.journeys import acts
from tests.journeys.people import Walk
from tests.journeys.typist import Typist

EXPORTER = "owner@steel.example"


def test_an_application_is_filed_by_keyboard_alone(walk: Walk) -> None:
    exporter = walk.person(like=Typist)
    assert isinstance(exporter, Typist)
    exporter.sign_in(EXPORTER)
    ref = acts.begin(exporter)
    exporter.unfold("Notify party").type(notify_name="Invented Notify Party", notify_country="KE")
    acts.fill_in(exporter, ref, acts.steel())
    exporter.reads_not("Still missing").reads("Invented Notify Party")
    acts.hand_in(exporter, ref, acts.STEEL_OWNER)
    exporter.reads("Handed in on", "is held")
    print(f"keyboard, {walk.mode}: {exporter.pressed} keys besides text")
