"""Sales orders with their lines. They are saved whole by one function of the database."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Base, field
from client.model.priced import PricedDocument, PricedLine

ORDER_STATUSES = (
    ("draft", N_("Draft")),
    ("submitted", N_("Submitted")),
    ("approved", N_("Approved")),
    ("partly_shipped", N_("Partly shipped")),
    ("shipped", N_("Shipped")),
    ("completed", N_("Completed")),
    ("cancelled", N_("Cancelled")),
)
PAYMENT_STATES = (
    ("none", N_("Nothing due")),
    ("unpaid", N_("Unpaid")),
    ("partly", N_("Partly paid")),
    ("paid", N_("Paid")),
)


class SalesOrder(PricedDocument, Base):
    __tablename__ = "sales_order"
    __table_args__ = (
        ForeignKeyConstraint(
            ["customer_id", "owner_id"], ["customer.id", "customer.owner_id"], onupdate="CASCADE"
        ),
    )
    LABEL = N_("Sales order")
    PLURAL = N_("Sales orders")
    MODULE = "order"
    ICON = "clipboard-text"
    GRID = (
        "number",
        "customer_id",
        "order_date",
        "salesperson_id",
        "customer_region_id",
        "status",
        "total",
        "outstanding",
        "payment_state",
        "delivery_date",
        "remarks",
    )
    KEPT = (
        "number",
        "customer_id",
        "order_date",
        "salesperson_id",
        "status",
        "total",
        "outstanding",
    )
    ORDER = ("-order_date", "-id")

    number: Mapped[str | None] = field(
        String(40),
        label=N_("Order number"),
        kind="code",
        readonly=True,
        width=14,
        synonyms=("Order ID", "单号", "订单编号", "销售单号", "订单号"),
    )
    number_source: Mapped[str | None] = mapped_column(String(12))  # rule, imported
    order_date: Mapped[date] = field(
        Date, label=N_("Order date"), width=10, synonyms=("日期", "下单日期", "单据日期")
    )
    channel_id: Mapped[int | None] = field(ForeignKey("sales_channel.id"), label=N_("Channel"))
    delivery_date: Mapped[date | None] = field(
        Date, label=N_("Delivery date"), width=10, synonyms=("Required Date", "交货日期")
    )
    due_date: Mapped[date | None] = field(
        Date, label=N_("Payment due"), width=10, synonyms=("到期日", "付款期限")
    )
    customer_region_id: Mapped[int | None] = field(
        ForeignKey("region.id"), label=N_("Customer's region"), readonly=True
    )
    salesperson_region_id: Mapped[int | None] = field(
        ForeignKey("region.id"), label=N_("Salesperson's region"), readonly=True
    )
    status: Mapped[str] = field(
        String(16),
        label=N_("Status"),
        choices=ORDER_STATUSES,
        readonly=True,
        server_default="draft",
        width=10,
    )
    received: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Received"), readonly=True, server_default="0"
    )
    outstanding: Mapped[Decimal] = field(
        Numeric(14, 2),
        Computed("CASE WHEN status IN ('draft', 'cancelled') THEN 0 ELSE total - received END"),
        label=N_("Outstanding"),
        readonly=True,
    )
    owed: Mapped[bool] = mapped_column(
        Computed("status NOT IN ('draft', 'cancelled') AND total <> received")
    )
    payment_state: Mapped[str] = field(
        String(8),
        Computed(
            "CASE WHEN status IN ('draft', 'cancelled') OR total <= 0 THEN 'none'"
            " WHEN received = 0 THEN 'unpaid' WHEN received < total THEN 'partly'"
            " ELSE 'paid' END"
        ),
        label=N_("Payment state"),
        choices=PAYMENT_STATES,
        readonly=True,
        width=9,
    )
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved_by: Mapped[int | None] = field(
        ForeignKey("operator.id"), label=N_("Approved by"), readonly=True, width=10
    )
    approved_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    approved_amount: Mapped[Decimal | None] = field(
        Numeric(14, 2), label=N_("Amount approved"), readonly=True
    )
    completed_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    completed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[str | None] = field(
        String(200), label=N_("Reason for cancelling"), readonly=True, width=18
    )


class OrderLine(PricedLine, Base):
    __tablename__ = "order_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["order_id", "customer_id", "owner_id"],
            ["sales_order.id", "sales_order.customer_id", "sales_order.owner_id"],
            onupdate="CASCADE",
        ),
    )
    LABEL = N_("Order line")
    PLURAL = N_("Order lines")
    MODULE = "order"
    GRID = ("order_id", *PricedLine.COLUMNS)
    ORDER = ("-order_id", "position")

    order_id: Mapped[int] = field(
        Integer,
        label=N_("Sales order"),
        kind="reference",
        many="sales_order",
        synonyms=("Order ID", "单号", "订单编号", "销售单号"),
    )
