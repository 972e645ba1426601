"""Base settings: regions, departments, products and the code tables that all look alike."""

from decimal import Decimal
from typing import ClassVar

from sqlalchemy import ForeignKey, Numeric, String, Text
from sqlalchemy.orm import Mapped

from client.i18n import N_
from client.model.base import Base, Entity, field

_BASICS = N_("Basics")


class Region(Entity, Base):
    __tablename__ = "region"
    LABEL = N_("Region")
    PLURAL = N_("Regions")
    CODE = "code"
    ICON = "map-pin"
    GRID = ("code", "name", "parent_id", "active")
    FORM = ((_BASICS, ("code", "name", "parent_id", "active")),)
    ORDER = ("code",)

    code: Mapped[str] = field(
        String(20), label=N_("Region code"), kind="code", synonyms=("代码", "行政区划代码", "编码")
    )
    name: Mapped[str] = field(
        String(60), label=N_("Region name"), width=20, synonyms=("Region", "区域", "名称", "地区")
    )
    parent_id: Mapped[int | None] = field(
        ForeignKey("region.id"), label=N_("Parent region"), width=16, synonyms=("上级代码", "上级")
    )
    active: Mapped[bool] = field(label=N_("Active"), server_default="true", width=6)


class Department(Entity, Base):
    __tablename__ = "department"
    LABEL = N_("Department")
    PLURAL = N_("Departments")
    CODE = "code"
    ICON = "tree-structure"
    GRID = ("code", "name", "parent_id", "head_id", "active")
    FORM = ((_BASICS, ("code", "name", "parent_id", "head_id", "active")),)
    ORDER = ("code",)

    code: Mapped[str] = field(String(20), label=N_("Department code"), kind="code")
    name: Mapped[str] = field(
        String(60), label=N_("Department name"), width=20, synonyms=("Department", "部门")
    )
    parent_id: Mapped[int | None] = field(
        ForeignKey("department.id"), label=N_("Parent department"), width=16
    )
    head_id: Mapped[int | None] = field(ForeignKey("operator.id"), label=N_("Head"), width=12)
    active: Mapped[bool] = field(label=N_("Active"), server_default="true", width=6)


class Product(Entity, Base):
    __tablename__ = "product"
    LABEL = N_("Product")
    PLURAL = N_("Products")
    CODE = "code"
    MODULE = "product"
    ICON = "package"
    GRID = (
        "code",
        "name",
        "specification",
        "category",
        "unit",
        "unit_price",
        "tax_rate",
        "barcode",
        "active",
    )
    FORM = (
        (_BASICS, ("code", "name", "specification", "category", "unit", "barcode", "active")),
        (N_("Price"), ("unit_price", "tax_rate")),
        (N_("Remarks"), ("remarks",)),
    )
    ORDER = ("code",)

    code: Mapped[str] = field(
        String(40),
        label=N_("Product code"),
        kind="code",
        synonyms=("Product ID", "商品编码", "货号"),
    )
    name: Mapped[str] = field(
        String(200),
        label=N_("Product name"),
        width=28,
        synonyms=("Product", "产品", "商品", "商品名称", "品名"),
    )
    specification: Mapped[str | None] = field(
        String(200),
        label=N_("Specification"),
        width=20,
        synonyms=("Quantity per Unit", "规格型号", "型号"),
    )
    category: Mapped[str | None] = field(
        String(60), label=N_("Product category"), synonyms=("Category", "类别", "商品类别")
    )
    unit: Mapped[str | None] = field(String(20), label=N_("Unit"), width=6)
    unit_price: Mapped[Decimal | None] = field(
        Numeric(14, 4), label=N_("Unit price"), kind="price", synonyms=("Price", "价格", "售价")
    )
    tax_rate: Mapped[Decimal | None] = field(Numeric(5, 4), label=N_("Tax rate"), kind="percent")
    barcode: Mapped[str | None] = field(String(40), label=N_("Barcode"), kind="code", width=14)
    active: Mapped[bool] = field(label=N_("Active"), server_default="true", width=6)
    remarks: Mapped[str | None] = field(Text, label=N_("Remarks"), kind="long", width=24)


class CodeTable(Entity):
    """A list of the office's own words: code, name, active, order. One form serves them all."""

    CODE = "code"
    ICON = "list-bullets"
    GRID = ("code", "name", "active", "sort_order")
    FORM = ((_BASICS, ("code", "name", "active", "sort_order")),)
    ORDER = ("sort_order", "code")
    WORDS: ClassVar[tuple[str, ...]] = ()  # what a sheet or a column of it may be called

    code: Mapped[str] = field(String(20), label=N_("Code"), kind="code")
    name: Mapped[str] = field(String(60), label=N_("Name"), width=20)
    active: Mapped[bool] = field(label=N_("Active"), server_default="true", width=6)
    sort_order: Mapped[int] = field(label=N_("Sort order"), server_default="0", width=8)


def _code_table(
    table: str, label: str, plural: str, words: tuple[str, ...] = (), **more: object
) -> type[CodeTable]:
    class_name = "".join(part.capitalize() for part in table.split("_"))
    body = {"__tablename__": table, "__module__": __name__, "LABEL": label, "PLURAL": plural}
    return type(class_name, (CodeTable, Base), body | {"WORDS": words} | more)


CustomerType = _code_table(
    "customer_type", N_("Customer type"), N_("Customer types"), ("客户类别", "客户类型")
)
CustomerSource = _code_table(
    "customer_source", N_("Customer source"), N_("Customer sources"), ("来源",)
)
ContactCategory = _code_table(
    "contact_category", N_("Contact category"), N_("Contact categories"), ("联系方式",)
)
StaffType = _code_table("staff_type", N_("Staff type"), N_("Staff types"), ("人员类别",))
Industry = _code_table("industry", N_("Industry"), N_("Industries"), ("所属行业",))
CustomerGrade = _code_table(
    "customer_grade", N_("Customer grade"), N_("Customer grades"), ("等级", "客户级别")
)
EnterpriseKind = _code_table(
    "enterprise_kind", N_("Enterprise kind"), N_("Enterprise kinds"), ("企业类型",)
)
SalesMethod = _code_table("sales_method", N_("Sales method"), N_("Sales methods"))
SalesChannel = _code_table("sales_channel", N_("Sales channel"), N_("Sales channels"), ("渠道",))
PaymentMethod = _code_table(
    "payment_method", N_("Payment method"), N_("Payment methods"), ("付款条件",)
)
ServiceType = _code_table("service_type", N_("Service type"), N_("Service types"))
Position = _code_table(
    "position", N_("Position"), N_("Positions"), ("职务类型", "职位", "Job Title")
)

CODE_TABLES: tuple[type[CodeTable], ...] = (
    CustomerType,
    CustomerSource,
    ContactCategory,
    StaffType,
    Industry,
    CustomerGrade,
    EnterpriseKind,
    SalesMethod,
    SalesChannel,
    PaymentMethod,
    ServiceType,
    Position,
)
