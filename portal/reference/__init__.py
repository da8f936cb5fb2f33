"""Codes of trade: HS and ITC(HS), countries, currencies, units, Incoterms, customs stations."""
