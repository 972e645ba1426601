"""What can be imported: for each kind its record, the fields a file may bring, and their names.

Besides a record's own fields a file may bring parts of them: a city belongs to an address, a
shipped date says in which state an order is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from client.i18n import N_
from client.model.base import Entity, Field, fields
from client.model.customer import Contact, Customer
from client.model.operator import Operator
from client.model.order import OrderLine, SalesOrder
from client.model.reference import CODE_TABLES, CodeTable, Department, Product, Region


@dataclass(frozen=True)
class Target:
    """Something a column of a file can be: a field of the record, or a part of one (`field` None).

    `words` are the headers it is known by, the better ones first.
    """

    key: str
    label: str  # English, translated where it is shown
    words: tuple[str, ...]
    required: bool
    field: Field | None = None

    @property
    def is_reference(self) -> bool:
        return self.field is not None and self.field.kind == "reference"


@dataclass(frozen=True)
class Kind:
    """One kind of record as the command line names it, with the sheets that may hold it."""

    name: str
    entity: type[Entity]
    words: tuple[str, ...]

    @property
    def table(self) -> str:
        return str(self.entity.__tablename__)  # type: ignore[attr-defined]

    @property
    def is_code_table(self) -> bool:
        return issubclass(self.entity, CodeTable)

    @property
    def targets(self) -> dict[str, Target]:
        return _targets(self)


LINE = "line."  # key prefix of what belongs to an order's line

# Fields that a form shows but does not let type, and that an import nevertheless brings.
KEPT = {
    "customer.number",
    "sales_order.number",
    "sales_order.status",
    "sales_order.received",
}
LEFT_OUT = {"operator.rights", "operator.scope", "operator.active", "sales_order.contact_id"}
# Codes and positions may be missing in a file: they are given then.
OPTIONAL = {
    "region.code",
    "department.code",
    "product.code",
    "operator.code",
    "order_line.position",
    "order_line.product_code",
    "order_line.product_name",
    "order_line.unit_price",
    "sales_order.salesperson_id",
}

NEEDED = {"sales_order.number"}  # imported orders keep theirs

# Headers of other programs, besides the synonyms that the fields themselves name.
MORE_WORDS = {
    "region.code": ("Code", "区域编号", "区域代码", "编号"),
    "region.name": ("Region Name", "区域名称", "Country", "大区", "行政区划"),
    "region.parent_id": ("Parent", "Parent Code", "上级区域"),
    "department.code": ("Code", "部门编码", "部门编号", "编码"),
    "department.name": ("Name", "部门名称", "名称"),
    "department.parent_id": ("Parent", "上级部门"),
    "product.code": ("Code", "SKU", "产品编码", "产品编号", "商品编号", "编码", "编号"),
    "product.name": ("Name", "Product Name", "产品名称", "名称"),
    "product.specification": ("规格",),
    "product.category": ("分类", "产品类别", "产品分类"),
    "product.unit": ("单位", "计量单位"),
    "product.unit_price": ("单价", "Selling Price", "Unit Price"),
    "product.tax_rate": ("税率",),
    "product.barcode": ("条码", "条形码"),
    "operator.code": ("Code", "Employee ID", "编号", "操作员编号", "员工编号", "业务员工号"),
    "operator.name": ("Name", "Employee", "操作员", "操作员姓名", "员工姓名"),
    "operator.region_id": ("负责大区", "所属区域", "区域", "Region"),
    "operator.department_id": ("部门", "所属部门"),
    "operator.staff_type_id": ("人员类型",),
    "operator.phone": ("电话", "Mobile"),
    "operator.email": ("邮箱", "电子邮箱"),
    "customer.number": ("Number", "Customer No", "客户编号", "客户编码"),
    "customer.name": ("Customer Name", "Company", "Company Name", "Name", "客户名称"),
    "customer.type_id": ("Customer Type", "客户类型"),
    "customer.source_id": ("Source", "客户来源"),
    "customer.industry_id": ("行业",),
    "customer.enterprise_kind_id": ("企业性质",),
    "customer.region_id": ("Region", "区域", "所属区域", "客户区域"),
    "customer.grade_id": ("Grade", "客户等级", "客户级别"),
    "customer.owner_id": ("跟进业务员", "Salesperson ID", "Salesperson", "操作员"),
    "customer.status": ("状态", "客户状态"),
    "customer.phone": ("电话", "Phone"),
    "customer.mobile": ("手机",),
    "customer.fax": ("传真",),
    "customer.email": ("邮箱",),
    "customer.website": ("网站",),
    "customer.address": ("地址",),
    "customer.postcode": ("邮编", "ZIP", "Zip Code"),
    "customer.tax_number": ("税号",),
    "customer.credit_limit": ("信用额度",),
    "contact.customer_id": ("Customer", "客户"),
    "contact.name": ("Contact Name", "Name", "联系人姓名"),
    "contact.gender": ("性别", "Sex"),
    "contact.phone": ("电话", "联系电话"),
    "contact.email": ("邮箱",),
    "contact.birthday": ("生日",),
    "contact.is_primary": ("是否主联系人", "Primary Contact"),
    "sales_order.number": ("Order No", "Order Number", "销售单编号"),
    "sales_order.customer_id": ("Customer", "客户"),
    "sales_order.order_date": ("Order Date", "Date", "订单日期", "销售日期"),
    "sales_order.delivery_date": ("要求交货日期", "交付日期"),
    "sales_order.delivery_address": ("收货地址", "交货地址"),
    "sales_order.salesperson_id": ("Salesperson", "业务员工号", "跟进业务员"),
    "sales_order.currency": ("币种",),
    "sales_order.received": ("Paid", "Amount Paid", "已收款", "已收金额", "已付金额", "已回款"),
    "sales_order.status": ("订单状态", "状态", "单据状态"),
    "order_line.order_id": ("Order No", "Order Number", "销售单编号", "订单号"),
    "order_line.product_id": (
        *("Product Code", "产品编号", "商品编号", "货号", "SKU"),
        *("Product", "产品", "商品", "产品名称", "商品名称", "品名"),
    ),
    "order_line.quantity": ("数量", "Qty"),
    "order_line.unit_price": ("单价", "Price", "成交单价", "折后单价", "含税单价"),
    "order_line.discount": ("折扣",),
    "order_line.tax_rate": ("税率",),
}

# Parts of fields and turned round fields: (key, label, headers).
PARTS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "product": (("discontinued", N_("Discontinued"), ("停产", "已停产", "停用")),),
    "customer": (
        ("city", N_("City"), ("城市", "市")),
        ("state", N_("State or province"), ("State/Province", "省份", "省", "State", "Province")),
        ("district", N_("District"), ("区县", "县区")),
        ("contact_name", N_("Contact name"), ("Contact Name", "联系人", "Contact")),
        ("contact_title", N_("Contact's title"), ("Contact Title", "联系人职务")),
        ("contact_mobile", N_("Contact's mobile"), ("Contact Mobile", "联系人手机")),
    ),
    "sales_order": (
        ("shipped_on", N_("Shipped date"), ("Shipped Date", "发货日期")),
        ("shipper", N_("Shipper"), ("承运人", "物流公司", "快递公司")),
        ("freight", N_("Freight"), ("运费",)),
        ("ship_name", N_("Ship name"), ("收货人",)),
        ("ship_city", N_("Ship city"), ("收货城市",)),
        ("ship_state", N_("Ship state or province"), ("Ship State/Province", "收货省份")),
        ("ship_postcode", N_("Ship postcode"), ("Ship Postal Code", "收货邮编")),
        ("ship_country", N_("Ship country"), ("收货国家",)),
    ),
}


def _kinds() -> Iterator[Kind]:
    """In the order in which an office's workbook is imported: what is referred to comes first."""
    yield Kind("region", Region, ("大区", "行政区划", "地区", "Countries"))
    for table in CODE_TABLES:
        name = str(table.__tablename__).replace("_", "-")  # type: ignore[attr-defined]
        yield Kind(name, table, table.WORDS)
    yield Kind("department", Department, ("组织机构",))
    staff = ("Salespeople", "Salesperson", "Staff", "Employees", "业务员", "员工", "人员")
    yield Kind("operator", Operator, staff)
    yield Kind("product", Product, ("商品", "货品", "产品目录", "Articles"))
    yield Kind("customer", Customer, ("Companies", "客户资料", "客户信息", "客户档案", "客户列表"))
    yield Kind("contact", Contact, ("联系人资料", "客户联系人"))
    yield Kind("order", SalesOrder, ("Orders", "订单", "销售订单", "销售记录"))
    yield Kind("order-line", OrderLine, ("Order Details", "订单明细", "销售明细", "销售单明细"))


KINDS = {kind.name: kind for kind in _kinds()}


@cache
def _targets(kind: Kind) -> dict[str, Target]:
    found = {target.key: target for target in _own_targets(kind, "")}
    for key, label, words in PARTS.get(kind.table, ()):
        found[key] = Target(key, label, (label, *words), False)
    if kind.name == "order":
        for target in _own_targets(KINDS["order-line"], LINE):
            if target.key != LINE + "order_id" and target.key != LINE + "remarks":
                found[target.key] = target
    return found


def _own_targets(kind: Kind, prefix: str) -> Iterator[Target]:
    for name, field in fields(kind.entity).items():
        full = f"{kind.table}.{name}"
        if (field.readonly and full not in KEPT) or full in LEFT_OUT or field.kind == "references":
            continue
        words = (field.label, *MORE_WORDS.get(full, ()), *field.synonyms)
        if kind.is_code_table and name == "name":
            words += (kind.entity.LABEL, kind.entity.PLURAL, *kind.words)
        required = (field.required or full in NEEDED) and full not in OPTIONAL and not prefix
        if kind.is_code_table and name == "code":
            required = False
        yield Target(prefix + name, field.label, words, required, field)
