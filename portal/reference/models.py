"""Tables of codes; national tariff lines carry the days they are valid."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model


class HsCode(Model):
    """A heading (four digits) or subheading (six) of the Harmonized System 2022."""

    __tablename__ = "reference_hs"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    description: Mapped[str] = mapped_column(Text)


class NationalLine(Model):
    """An eight-digit line of the ITC(HS) schedule, valid from the first to the last day."""

    __tablename__ = "reference_national_line"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    description: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_until: Mapped[date | None] = mapped_column(Date)
    successors: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(200))
    certainty: Mapped[str] = mapped_column(String(1))


class Country(Model):
    """A country by ISO 3166-1."""

    __tablename__ = "reference_country"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))


class Currency(Model):
    """A currency by ISO 4217, with how many decimals its minor unit has."""

    __tablename__ = "reference_currency"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    exponent: Mapped[int]


class Unit(Model):
    """A unit quantity code as Indian customs write it."""

    __tablename__ = "reference_unit"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))


class Incoterm(Model):
    """A term of delivery of Incoterms 2020."""

    __tablename__ = "reference_incoterm"

    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Station(Model):
    """A customs station in India: sea, air, inland or land."""

    __tablename__ = "reference_station"

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(8))
