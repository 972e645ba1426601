"""What quotes and orders have in common: prices, discounts, and lines of products."""

from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Computed, ForeignKey, Integer, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Entity, field

_BASE = "round(quantity * unit_price * (1 - discount), 2) - reduction"


class PricedDocument(Entity):
    """The head of a document with prices. Its totals are the database's own work."""

    TITLE = "number"
    CODE = "number"

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
    payment_method_id: Mapped[int | None] = field(
        ForeignKey("payment_method.id"), label=N_("Payment method"), synonyms=("付款方式",)
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
    currency: Mapped[str] = field(
        String(3), label=N_("Currency"), kind="code", server_default="", width=6
    )
    whole_discount: Mapped[Decimal] = field(
        Numeric(7, 6),
        label=N_("Discount on the whole"),
        kind="percent",
        server_default="0",
        width=8,
        short=N_("Whole discount"),
    )
    wipe_off: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Wiped off"), server_default="0", width=8
    )
    total: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Total"), readonly=True, server_default="0", width=12
    )
    tax_total: Mapped[Decimal] = field(
        Numeric(14, 2), label=N_("Tax contained"), readonly=True, server_default="0"
    )
    lines_version: Mapped[int] = mapped_column(server_default="0")
    remarks: Mapped[str | None] = field(Text, label=N_("Remarks"), kind="long", width=24)


class PricedLine(Entity):
    """One line of such a document; it keeps the product's words as they were at the time."""

    TITLE = "product_name"
    COLUMNS: ClassVar[tuple[str, ...]] = (
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
    reduction: Mapped[Decimal] = field(
        Numeric(14, 2),
        label=N_("Share of the whole discount"),
        readonly=True,
        server_default="0",
    )
    amount: Mapped[Decimal] = field(
        Numeric(14, 2), Computed(_BASE), label=N_("Amount"), readonly=True
    )
    tax_amount: Mapped[Decimal] = field(
        Numeric(14, 2),
        Computed(f"{_BASE} - round(({_BASE}) / (1 + tax_rate), 2)"),
        label=N_("Tax amount"),
        readonly=True,
    )
    remarks: Mapped[str | None] = field(String(200), label=N_("Remarks"), width=16)
