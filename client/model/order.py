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
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Base, Entity, field

ORDER_STATUSES = (
    ("draft", N_("Draft")),
    ("submitted", N_("Submitted")),
    ("approved", N_("Approved")),
    ("partly_shipped", N_("Partly shipped")),
    ("shipped", N_("Shipped")),
    ("completed", N_("Completed")),
    ("cancelled", N_("Cancelled")),
)


class SalesOrder(Entity, Base):
    __tablename__ = "sales_order"
    __table_args__ = (
        ForeignKeyConstraint(
            ["customer_id", "owner_id"], ["customer.id", "customer.owner_id"], onupdate="CASCADE"
        ),
    )
    LABEL = N_("Sales order")
    PLURAL = N_("Sales orders")
    TITLE = "number"
    CODE = "number"
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
        "delivery_date",
        "remarks",
    )
    KEPT = ("number", "customer_id", "order_date", "salesperson_id", "status", "total")
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
    customer_id: Mapped[int] = field(
        Integer,
        label=N_("Customer"),
        kind="reference",
        many="customer",
        width=26,
        synonyms=("Customer ID", "客户编号", "Customer Name", "客户名称"),
    )
    owner_id: Mapped[int] = mapped_column(Integer, server_default="0")
    contact_id: Mapped[int | None] = field(ForeignKey("contact.id"), label=N_("Contact"))
    phone: Mapped[str | None] = field(String(60), label=N_("Phone"), kind="phone", width=14)
    order_date: Mapped[date] = field(
        Date, label=N_("Order date"), width=10, synonyms=("日期", "下单日期", "单据日期")
    )
    channel_id: Mapped[int | None] = field(ForeignKey("sales_channel.id"), label=N_("Channel"))
    payment_method_id: Mapped[int | None] = field(
        ForeignKey("payment_method.id"), label=N_("Payment method"), synonyms=("付款方式",)
    )
    delivery_date: Mapped[date | None] = field(
        Date, label=N_("Delivery date"), width=10, synonyms=("Required Date", "交货日期")
    )
    delivery_address: Mapped[str | None] = field(
        String(300), label=N_("Delivery address"), width=28, synonyms=("Ship Address", "送货地址")
    )
    salesperson_id: Mapped[int] = field(
        ForeignKey("operator.id"),
        label=N_("Salesperson"),
        width=10,
        synonyms=("Salesperson ID", "业务员", "销售员"),
    )
    customer_region_id: Mapped[int | None] = field(
        ForeignKey("region.id"), label=N_("Customer's region"), readonly=True
    )
    salesperson_region_id: Mapped[int | None] = field(
        ForeignKey("region.id"), label=N_("Salesperson's region"), readonly=True
    )
    currency: Mapped[str] = field(
        String(3), label=N_("Currency"), kind="code", server_default="", width=6
    )
    status: Mapped[str] = field(
        String(16),
        label=N_("Status"),
        choices=ORDER_STATUSES,
        readonly=True,
        server_default="draft",
        width=10,
    )
    total: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Total"), readonly=True, server_default="0", width=12
    )
    tax_total: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Tax contained"), readonly=True, server_default="0"
    )
    lines_version: Mapped[int] = mapped_column(server_default="0")
    remarks: Mapped[str | None] = field(Text, label=N_("Remarks"), kind="long", width=24)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    cancel_reason: Mapped[str | None] = mapped_column(String(200))


class OrderLine(Entity, Base):
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
    TITLE = "product_name"
    MODULE = "order"
    GRID = (
        "order_id",
        "position",
        "product_code",
        "product_name",
        "specification",
        "unit",
        "quantity",
        "unit_price",
        "discount",
        "tax_rate",
        "tax_amount",
        "amount",
        "remarks",
    )
    ORDER = ("-order_id", "position")

    order_id: Mapped[int] = field(
        Integer,
        label=N_("Sales order"),
        kind="reference",
        many="sales_order",
        synonyms=("Order ID", "单号", "订单编号", "销售单号"),
    )
    customer_id: Mapped[int] = mapped_column(Integer)
    owner_id: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = field(
        label=N_("Line number"), width=5, synonyms=("Line No", "行号", "序号")
    )
    product_id: Mapped[int] = field(
        ForeignKey("product.id"),
        label=N_("Product"),
        synonyms=("Product ID", "产品编码", "商品编码", "Product Name"),
    )
    product_code: Mapped[str] = field(String(40), label=N_("Product code"), kind="code")
    product_name: Mapped[str] = field(String(200), label=N_("Product name"), width=24)
    specification: Mapped[str | None] = field(String(200), label=N_("Specification"), width=16)
    unit: Mapped[str | None] = field(String(20), label=N_("Unit"), width=6)
    quantity: Mapped[Decimal] = field(
        Numeric(14, 4), label=N_("Quantity"), kind="quantity", width=9
    )
    unit_price: Mapped[Decimal] = field(
        Numeric(14, 4), label=N_("Unit price"), kind="price", width=10
    )
    discount: Mapped[Decimal] = field(
        Numeric(7, 6), label=N_("Discount"), kind="percent", server_default="0", width=8
    )
    tax_rate: Mapped[Decimal] = field(
        Numeric(5, 4), label=N_("Tax rate"), kind="percent", server_default="0", width=7
    )
    amount: Mapped[Decimal] = field(
        Numeric(14, 2),
        Computed("round(quantity * unit_price * (1 - discount), 2)"),
        label=N_("Amount"),
        readonly=True,
    )
    tax_amount: Mapped[Decimal] = field(
        Numeric(14, 2),
        Computed(
            "round(quantity * unit_price * (1 - discount), 2)"
            " - round(round(quantity * unit_price * (1 - discount), 2) / (1 + tax_rate), 2)"
        ),
        label=N_("Tax amount"),
        readonly=True,
    )
    remarks: Mapped[str | None] = field(String(200), label=N_("Remarks"), width=16)
