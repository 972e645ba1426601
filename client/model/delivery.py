"""Deliveries: which lines of an order left, how many, when and by whom."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
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

DELIVERY_STATUSES = (
    ("planned", N_("Planned")),
    ("picked", N_("Picked")),
    ("shipped", N_("Shipped")),
    ("received", N_("Arrived")),
    ("cancelled", N_("Cancelled")),
)
DELIVERY_DUE = (("overdue", N_("Overdue")), ("today", N_("Today")))


class Delivery(Entity, Base):
    """`due` is no column: the database works it out, so that a delivery is late by itself."""

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "customer_id", "owner_id"],
            ["sales_order.id", "sales_order.customer_id", "sales_order.owner_id"],
            onupdate="CASCADE",
        ),
    )
    LABEL = N_("Delivery note")
    PLURAL = N_("Deliveries")
    TITLE = "number"
    CODE = "number"
    MODULE = "delivery"
    ICON = "truck"
    GRID = (
        "number",
        "order_id",
        "customer_id",
        "planned_on",
        "due",
        "status",
        "shipped_on",
        "courier",
        "waybill",
        "expected_on",
        "remarks",
    )
    KEPT = ("number", "order_id", "customer_id", "planned_on", "due", "status", "waybill")
    ORDER = ("-planned_on", "-id")
    COMPUTED = ("due",)

    number: Mapped[str | None] = field(
        String(40), label=N_("Delivery number"), kind="code", readonly=True, width=14
    )
    number_source: Mapped[str | None] = mapped_column(String(12))
    order_id: Mapped[int] = field(
        Integer, label=N_("Sales order"), kind="reference", many="sales_order", width=14
    )
    customer_id: Mapped[int] = field(
        Integer,
        label=N_("Customer"),
        kind="reference",
        many="customer",
        readonly=True,
        server_default="0",
        width=26,
    )
    owner_id: Mapped[int] = mapped_column(Integer)
    planned_on: Mapped[date] = field(Date, label=N_("Planned for"), width=10)
    due: Mapped[str | None] = field(
        String(12), label=N_("To be sent"), choices=DELIVERY_DUE, readonly=True, width=8
    )
    shipped_on: Mapped[date | None] = field(Date, label=N_("Sent on"), readonly=True, width=10)
    expected_on: Mapped[date | None] = field(Date, label=N_("Expected on"), width=10)
    courier: Mapped[str | None] = field(String(60), label=N_("Courier"), width=14)
    waybill: Mapped[str | None] = field(String(60), label=N_("Waybill"), kind="code", width=16)
    address: Mapped[str | None] = field(String(300), label=N_("Delivery address"), width=28)
    contact_name: Mapped[str | None] = field(String(60), label=N_("Contact"), width=10)
    phone: Mapped[str | None] = field(String(60), label=N_("Phone"), kind="phone", width=14)
    status: Mapped[str] = field(
        String(12),
        label=N_("Status"),
        choices=DELIVERY_STATUSES,
        readonly=True,
        server_default="planned",
        width=10,
    )
    remarks: Mapped[str | None] = field(Text, label=N_("Remarks"), kind="long", width=24)
    lines_version: Mapped[int] = mapped_column(server_default="0")
    picked_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    picked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    shipped_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    shipped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    received_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    received_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[str | None] = field(
        String(200), label=N_("Reason for cancelling"), readonly=True, width=18
    )


class DeliveryLine(Entity, Base):
    __tablename__ = "delivery_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["delivery_id", "customer_id", "owner_id"],
            ["delivery.id", "delivery.customer_id", "delivery.owner_id"],
            onupdate="CASCADE",
        ),
    )
    LABEL = N_("Delivery line")
    PLURAL = N_("Delivery lines")
    TITLE = "quantity"
    MODULE = "delivery"
    GRID = ("delivery_id", "position", "order_line_id", "quantity", "remarks")
    ORDER = ("-delivery_id", "position")

    delivery_id: Mapped[int] = field(
        Integer, label=N_("Delivery note"), kind="reference", many="delivery"
    )
    customer_id: Mapped[int] = mapped_column(Integer)
    owner_id: Mapped[int] = mapped_column(Integer)
    order_line_id: Mapped[int] = field(ForeignKey("order_line.id"), label=N_("Order line"))
    position: Mapped[int] = field(label=N_("Line number"), width=5)
    quantity: Mapped[Decimal] = field(
        Numeric(14, 4), label=N_("Quantity"), kind="quantity", width=9
    )
    remarks: Mapped[str | None] = field(String(200), label=N_("Remarks"), width=16)
