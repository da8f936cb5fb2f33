"""One small form a section, so that each saves by itself."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import FileField, HiddenField
from wtforms.validators import AnyOf

from portal.filing.forms.certificate import CertificateForm
from portal.filing.forms.consignee import ConsigneeForm
from portal.filing.forms.declaration import DeclarationForm
from portal.filing.forms.invoice import InvoiceForm
from portal.filing.forms.section import SectionForm
from portal.filing.forms.transport import TransportForm
from portal.web.forms import PortalForm


class DocumentForm(PortalForm):
    """One document as PDF."""

    kind = HiddenField(validators=[AnyOf(("invoice", "packing_list"))])
    file = FileField(_("PDF, 5 MB at most"))


SECTION_FORMS: Mapping[str, type[SectionForm]] = {
    "certificate": CertificateForm,
    "consignee": ConsigneeForm,
    "transport": TransportForm,
    "invoice": InvoiceForm,
    "declaration": DeclarationForm,
}
