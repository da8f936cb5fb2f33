"""A SPECIMEN e-sign provider: eSign 2.1 of the CCA over the browser, with faults to order.

It signs XML and CMS by hand, so that it shares no signing code with the portal that it tests. Its
people are invented and chosen by a plain identifier; it asks nobody for an Aadhaar number.
"""

from portal.sandbox.esign.identity import provider_certificate

__all__ = ["provider_certificate"]
