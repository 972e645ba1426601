"""Receipts: money from a customer, for which orders, and what is left as an advance."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Numeric,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Base, Entity, field

RECEIPT_STATES = (
    ("draft", N_("Draft")),
    ("posted", N_("Posted")),
    ("voided", N_("Voided")),
    ("red", N_("Red entry")),
)


class Receipt(Entity, Base):
    """A red entry takes back the receipt `reverses_id` names; its amount is below zero.

    `state` is no column: the database tells a red entry from what is posted besides.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["customer_id", "owner_id"], ["customer.id", "customer.owner_id"], onupdate="CASCADE"
        ),
    )
    LABEL = N_("Receipt")
    PLURAL = N_("Receipts")
    TITLE = "number"
    CODE = "number"
    MODULE = "receipt"
    ICON = "receipt"
    GRID = (
        "number",
        "receipt_date",
        "customer_id",
        "payer",
        "payment_method_id",
        "amount",
        "advance",
        "state",
        "handler_id",
        "reference",
        "remarks",
    )
    KEPT = ("number", "receipt_date", "customer_id", "payment_method_id", "amount", "state")
    ORDER = ("-receipt_date", "-id")
    COMPUTED = ("state",)

    number: Mapped[str | None] = field(
        String(40), label=N_("Receipt number"), kind="code", readonly=True, width=14
    )
    number_source: Mapped[str | None] = mapped_column(String(12))
    customer_id: Mapped[int] = field(
        Integer, label=N_("Customer"), kind="reference", many="customer", width=26
    )
    owner_id: Mapped[int] = mapped_column(Integer, server_default="0")
    payer: Mapped[str | None] = field(String(200), label=N_("Payer"), width=18)
    payment_method_id: Mapped[int | None] = field(
        ForeignKey("payment_method.id"), label=N_("Payment method")
    )
    receipt_date: Mapped[date] = field(Date, label=N_("Receipt date"), width=10)
    handler_id: Mapped[int] = field(ForeignKey("operator.id"), label=N_("Handled by"), width=10)
    currency: Mapped[str] = field(
        String(3), label=N_("Currency"), kind="code", server_default="", width=6
    )
    amount: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Amount"), server_default="0", width=12
    )
    allocated: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("For orders"), readonly=True, server_default="0"
    )
    reference: Mapped[str | None] = field(
        String(60), label=N_("Bank or bill number"), kind="code", width=14
    )
    remarks: Mapped[str | None] = field(Text, label=N_("Remarks"), kind="long", width=24)
    status: Mapped[str] = mapped_column(String(12), server_default="draft")
    state: Mapped[str] = field(
        String(12),
        label=N_("Status"),
        choices=RECEIPT_STATES,
        readonly=True,
        server_default="",
        width=8,
    )
    posted_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    posted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    voided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    void_reason: Mapped[str | None] = field(
        String(200), label=N_("Reason for voiding"), readonly=True, width=18
    )
    reverses_id: Mapped[int | None] = field(
        ForeignKey("receipt.id"), label=N_("Takes back"), readonly=True, width=14
    )
    lines_version: Mapped[int] = mapped_column(server_default="0")
    advance: Mapped[Decimal] = field(
        Numeric(14, 2),
        Computed(
            "CASE WHEN status = 'posted' AND reverses_id IS NULL THEN amount - allocated ELSE 0 END"
        ),
        label=N_("Advance"),
        readonly=True,
    )


class ReceiptAllocation(Entity, Base):
    __tablename__ = "receipt_allocation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["receipt_id", "customer_id", "owner_id"],
            ["receipt.id", "receipt.customer_id", "receipt.owner_id"],
            onupdate="CASCADE",
        ),
    )
    LABEL = N_("Part of a receipt")
    PLURAL = N_("Parts of receipts")
    TITLE = "amount"
    MODULE = "receipt"
    GRID = ("receipt_id", "order_id", "amount", "allocated_on")
    ORDER = ("-receipt_id", "id")

    receipt_id: Mapped[int] = field(
        Integer, label=N_("Receipt"), kind="reference", many="receipt", width=14
    )
    customer_id: Mapped[int] = mapped_column(Integer)
    owner_id: Mapped[int] = mapped_column(Integer)
    order_id: Mapped[int] = field(ForeignKey("sales_order.id"), label=N_("Sales order"), width=14)
    amount: Mapped[Decimal] = field(Numeric(14, 2), label=N_("Amount"))
    allocated_on: Mapped[date] = field(Date, label=N_("Allocated on"), width=10)
