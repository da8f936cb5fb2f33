"""Who there is in a sandbox: plainly invented people, firms, agents and agencies."""

from __future__ import annotations

from dataclasses import dataclass

from portal.core.permissions import Role

PASSWORD = "specimen-only-please"


@dataclass(frozen=True)
class SampleFirm:
    """An invented exporter."""

    iec: str
    name: str
    gstin: str
    address: str
    city: str
    state: str
    pin: str
    people: tuple[tuple[str, str, Role], ...]


FIRMS = (
    SampleFirm(
        "ZZZCS0001A",
        "Specimen Rice Mills Private Limited",
        "06ZZZCS0001A1ZQ",
        "1 Invented Mill Road, Sector 99",
        "Karnal",
        "Haryana",
        "132001",
        (
            ("owner@rice.example", "Invented Owner Asha", Role.OWNER),
            ("signatory@rice.example", "Invented Signatory Bhanu", Role.SIGNATORY),
            ("preparer@rice.example", "Invented Preparer Charu", Role.PREPARER),
            ("finance@rice.example", "Invented Accountant Dev", Role.FINANCE),
            ("viewer@rice.example", "Invented Viewer Esha", Role.VIEWER),
        ),
    ),
    SampleFirm(
        "ZZZFS0002B",
        "Specimen Steelware and Company",
        "09ZZZFS0002B1ZB",
        "22 Invented Brass Lane",
        "Moradabad",
        "Uttar Pradesh",
        "244001",
        (("owner@steel.example", "Invented Owner Farid", Role.OWNER),),
    ),
    SampleFirm(
        "ZZZCS0003C",
        "Specimen Knitwear Exports Private Limited",
        "33ZZZCS0003C1ZN",
        "333 Invented Loom Street",
        "Tiruppur",
        "Tamil Nadu",
        "641601",
        (("owner@knit.example", "Invented Owner Gita", Role.OWNER),),
    ),
)
AGENT = {
    "pan": "ZZZFB0004D",
    "licence": "SPECIMEN/CB/0004",
    "name": "Specimen Customs Brokers",
    "address": "4 Invented Wharf Road",
    "city": "Navi Mumbai",
    "state": "Maharashtra",
    "pin": "400707",
    "email": "office@broker.example",
    "mobile": "9000000004",
}
AGENT_PEOPLE = (
    ("owner@broker.example", "Invented Broker Omkar", Role.AGENT_OWNER),
    ("clerk@broker.example", "Invented Clerk Padma", Role.AGENT),
)
DIRECTORATE = ("directorate@ecoo.example", "Invented Director Nila")
