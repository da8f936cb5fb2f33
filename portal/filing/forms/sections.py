"""One small form a section, so that each saves by itself."""

from __future__ import annotations

from collections.abc import Mapping

from portal.filing.forms.certificate import CertificateForm
from portal.filing.forms.consignee import ConsigneeForm
from portal.filing.forms.declaration import DeclarationForm
from portal.filing.forms.invoice import InvoiceForm
from portal.filing.forms.section import SectionForm
from portal.filing.forms.transport import TransportForm

SECTION_FORMS: Mapping[str, type[SectionForm]] = {
    "certificate": CertificateForm,
    "consignee": ConsigneeForm,
    "transport": TransportForm,
    "invoice": InvoiceForm,
    "declaration": DeclarationForm,
}
