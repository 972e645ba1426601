"""Quotes with their lines. Sent ones keep every revision as the customer got it."""

from datetime import date, datetime

from sqlalchemy import Date, DateTime, ForeignKey, ForeignKeyConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Base, field
from client.model.priced import PricedDocument, PricedLine

QUOTE_STATES = (
    ("draft", N_("Draft")),
    ("sent", N_("Sent")),
    ("expired", N_("Expired")),
    ("accepted", N_("Accepted")),
    ("refused", N_("Refused")),
)


class Quote(PricedDocument, Base):
    """`state` is no column: the database works it out, so that a quote expires by itself."""

    __tablename__ = "quote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["customer_id", "owner_id"], ["customer.id", "customer.owner_id"], onupdate="CASCADE"
        ),
    )
    LABEL = N_("Quote")
    PLURAL = N_("Quotes")
    MODULE = "quote"
    ICON = "file-text"
    GRID = (
        "number",
        "revision",
        "customer_id",
        "quote_date",
        "valid_until",
        "salesperson_id",
        "state",
        "total",
        "order_id",
        "remarks",
    )
    KEPT = ("number", "customer_id", "quote_date", "valid_until", "state", "total")
    ORDER = ("-quote_date", "-id")
    COMPUTED = ("state",)

    number: Mapped[str | None] = field(
        String(40), label=N_("Quote number"), kind="code", readonly=True, width=14
    )
    number_source: Mapped[str | None] = mapped_column(String(12))
    quote_date: Mapped[date] = field(Date, label=N_("Quote date"), width=10)
    valid_until: Mapped[date] = field(Date, label=N_("Valid until"), width=10)
    status: Mapped[str] = mapped_column(String(12), server_default="draft")
    state: Mapped[str] = field(
        String(12),
        label=N_("Status"),
        choices=QUOTE_STATES,
        readonly=True,
        server_default="",
        width=9,
    )
    revision: Mapped[int] = field(
        Integer, label=N_("Revision"), readonly=True, server_default="1", width=6
    )
    terms: Mapped[str | None] = field(Text, label=N_("Terms"), kind="long", width=24)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decide_reason: Mapped[str | None] = field(
        String(200), label=N_("Why it was decided so"), readonly=True, width=18
    )
    order_id: Mapped[int | None] = field(
        Integer,
        label=N_("Became order"),
        kind="reference",
        many="sales_order",
        readonly=True,
        width=14,
    )


class QuoteLine(PricedLine, Base):
    __tablename__ = "quote_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["quote_id", "customer_id", "owner_id"],
            ["quote.id", "quote.customer_id", "quote.owner_id"],
            onupdate="CASCADE",
        ),
    )
    LABEL = N_("Quote line")
    PLURAL = N_("Quote lines")
    MODULE = "quote"
    GRID = ("quote_id", *PricedLine.COLUMNS)
    ORDER = ("-quote_id", "position")

    quote_id: Mapped[int] = field(Integer, label=N_("Quote"), kind="reference", many="quote")
