"""The section of the transport and the route."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import RadioField
from wtforms.validators import InputRequired, Optional

from portal.filing.forms.checks import Dated, text_up_to
from portal.filing.forms.section import SectionForm
from portal.filing.rules.fields import check_departure, check_reference, check_year
from portal.web.forms import Checked, DayField, LongSelectField, TextField, choices

MODES = [
    ("sea", _("Sea")),
    ("air", _("Air")),
    ("road", _("Road")),
    ("rail", _("Rail")),
    ("post", _("Post or courier")),
]


class TransportForm(SectionForm):
    """Box 3: means of transport and route, as far as known."""

    section = "transport"

    transport_mode = RadioField(
        _("Mode of transport"),
        [InputRequired(_("Choose how the goods travel."))],
        choices=choices(MODES),
    )
    vessel = TextField(_("Vessel, flight or vehicle"), [text_up_to(120)])
    departs_on = DayField(
        _("Departure on or about"),
        [Optional(), Dated(check_departure)],
        description=_("Day, month and year"),
    )
    port_of_loading = LongSelectField(
        _("Port or station of loading"), [InputRequired(_("Choose where the goods leave India."))]
    )
    loading_abroad = TextField(
        _("Place of loading"),
        [InputRequired(_("Type where the goods are loaded, with the country.")), text_up_to(120)],
    )
    port_of_discharge = TextField(
        _("Port of discharge"),
        [InputRequired(_("Type the port where the goods are unloaded.")), text_up_to(120)],
    )
    destination_country = LongSelectField(
        _("Country of destination"), [InputRequired(_("Choose the country of destination."))]
    )
    final_destination = TextField(_("Final destination"), [text_up_to(120)])
    transport_document = TextField(
        _("Number"), [Optional(), text_up_to(60), Checked(check_reference)]
    )
    transport_document_date = DayField(_("Date"), [Optional(), Dated(check_year)])

    def fit(self, *, leaves_india: bool) -> None:
        """Ask for a station in India, or for the place abroad where the goods are loaded."""
        del self["loading_abroad" if leaves_india else "port_of_loading"]
