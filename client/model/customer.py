"""Customers and the people one talks to there."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, ForeignKeyConstraint, Integer, Numeric, String, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_
from client.model.base import Base, Entity, Figure, field

KINDS = (("company", N_("Company")), ("person", N_("Person")))

STATUSES = (
    ("potential", N_("Potential")),
    ("visited", N_("Visited, no deal")),
    ("member", N_("Member")),
    ("dormant", N_("Dormant")),
    ("lost", N_("Lost")),
)

GENDERS = (("male", N_("Male")), ("female", N_("Female")))


# Asked in a subselect, the office's day and currency are found once for a statement.
_SOLD = "status NOT IN ('draft', 'cancelled') AND deleted_at IS NULL"
_YEAR = "(SELECT date_trunc('year', office_today())::date)"
_NEXT = "(SELECT (date_trunc('year', office_today()) + interval '1 year')::date)"
_CURRENCY = "(SELECT setting_text('currency', 'CNY'))"
_GROUP = "SELECT g.name FROM customer_group g WHERE g.id = group_id"

CUSTOMER_FIGURES = {
    "sales_this_year": Figure(
        label=N_("Sales this year"),
        type=Numeric(14, 2),
        kind="money",
        table="sales_order",
        by="customer_id",
        where=(
            f"{_SOLD} AND order_date >= {_YEAR} AND order_date < {_NEXT} AND currency = {_CURRENCY}"
        ),
        value="sum(total)",
        absent=0,
    ),
    "groups": Figure(
        label=N_("Groups"),
        type=ARRAY(Text),
        kind="tags",
        table="group_member",
        by="customer_id",
        where=f"EXISTS ({_GROUP} AND g.deleted_at IS NULL)",
        value=f"array_agg(({_GROUP}) ORDER BY ({_GROUP}))",
        absent=[],
        width=16,
    ),
    "last_order_on": Figure(
        label=N_("Last order"),
        type=Date(),
        kind="date",
        table="sales_order",
        by="customer_id",
        where=_SOLD,
        value="max(order_date)",
        width=9,
    ),
}


class Customer(Entity, Base):
    __tablename__ = "customer"
    LABEL = N_("Customer")
    PLURAL = N_("Customers")
    CODE = "number"
    MODULE = "customer"
    ICON = "users"
    GRID = (
        "number",
        "name",
        "type_id",
        "region_id",
        "grade_id",
        "owner_id",
        "status",
        "phone",
        "sales_this_year",
        "last_order_on",
    )
    KEPT = ("number", "name", "region_id", "grade_id", "owner_id", "status", "sales_this_year")
    FIGURES = CUSTOMER_FIGURES
    FORM = (
        (
            N_("Basics"),
            (
                "name",
                "short_name",
                "type_id",
                "source_id",
                "industry_id",
                "region_id",
                "grade_id",
                "owner_id",
                "status",
                "kind",
                "size",
                "enterprise_kind_id",
                "sales_method_id",
                "founded_on",
                "tags",
            ),
        ),
        (
            N_("Ways to reach"),
            ("phone", "mobile", "email", "website", "fax", "postcode", "address"),
        ),
        (
            N_("Invoice and credit"),
            ("invoice_title", "tax_number", "bank", "bank_account", "credit_limit"),
        ),
        (N_("Notes"), ("needs", "description", "remarks")),
    )
    ORDER = ("-number",)
    SEARCHED = ("name", "short_name", "address", "phone", "mobile")  # besides the number

    number: Mapped[str] = field(
        String(40),
        label=N_("Customer number"),
        kind="code",
        readonly=True,
        width=10,
        server_default="",
        synonyms=("Customer ID", "客户代码", "编号", "客户号"),
    )
    kind: Mapped[str] = field(
        String(12), label=N_("Kind"), choices=KINDS, server_default="company", width=8
    )
    name: Mapped[str] = field(
        String(200),
        label=N_("Customer name"),
        width=24,
        key_field=True,
        synonyms=("Customer", "客户", "公司名称", "单位名称", "名称"),
    )
    short_name: Mapped[str | None] = field(
        String(60), label=N_("Short name"), width=14, synonyms=("简称", "客户简称")
    )
    type_id: Mapped[int | None] = field(
        ForeignKey("customer_type.id"), label=N_("Customer type"), synonyms=("客户类别", "类型")
    )
    source_id: Mapped[int | None] = field(
        ForeignKey("customer_source.id"), label=N_("Customer source"), synonyms=("来源",)
    )
    industry_id: Mapped[int | None] = field(
        ForeignKey("industry.id"), label=N_("Industry"), width=14, synonyms=("所属行业",)
    )
    enterprise_kind_id: Mapped[int | None] = field(
        ForeignKey("enterprise_kind.id"),
        label=N_("Enterprise kind"),
        short=N_("Enterprise"),
    )
    size: Mapped[str | None] = field(String(60), label=N_("Size"), synonyms=("人员规模",))
    region_id: Mapped[int | None] = field(
        ForeignKey("region.id"), label=N_("Region"), synonyms=("地区", "Country")
    )
    grade_id: Mapped[int | None] = field(
        ForeignKey("customer_grade.id"), label=N_("Customer grade"), width=8, synonyms=("等级",)
    )
    owner_id: Mapped[int] = field(
        ForeignKey("operator.id"),
        label=N_("Owner"),
        width=10,
        server_default="0",  # the one who enters the record; a trigger puts them in
        key_field=True,
        synonyms=("Account Manager ID", "Account Manager", "业务员", "负责人", "客户经理"),
    )
    sales_method_id: Mapped[int | None] = field(
        ForeignKey("sales_method.id"), label=N_("Sales method")
    )
    status: Mapped[str] = field(
        String(12), label=N_("Status"), choices=STATUSES, server_default="potential", width=9
    )
    tags: Mapped[list[str]] = field(ARRAY(Text), label=N_("Tags"), server_default="{}")
    phone: Mapped[str | None] = field(
        String(60), label=N_("Phone"), kind="phone", width=14, synonyms=("联系电话", "Telephone")
    )
    mobile: Mapped[str | None] = field(
        String(60), label=N_("Mobile"), kind="phone", width=14, synonyms=("手机号", "联系人手机")
    )
    fax: Mapped[str | None] = field(String(60), label=N_("Fax"), kind="phone", width=14)
    email: Mapped[str | None] = field(
        String(120), label=N_("Email"), width=20, synonyms=("E-mail", "电子邮箱", "电子邮件")
    )
    website: Mapped[str | None] = field(
        String(200), label=N_("Website"), width=20, synonyms=("网址", "主页", "Home Page")
    )
    address: Mapped[str | None] = field(
        String(300), label=N_("Address"), width=28, synonyms=("联系地址", "注册地址")
    )
    postcode: Mapped[str | None] = field(
        String(20), label=N_("Postcode"), kind="code", width=8, synonyms=("Postal Code", "邮政编码")
    )
    invoice_title: Mapped[str | None] = field(
        String(200), label=N_("Invoice title"), width=24, synonyms=("开票抬头",)
    )
    tax_number: Mapped[str | None] = field(
        String(40),
        label=N_("Tax number"),
        kind="code",
        width=20,
        key_field=True,
        synonyms=("统一社会信用代码", "纳税人识别号"),
    )
    bank: Mapped[str | None] = field(String(120), label=N_("Bank"), width=18, key_field=True)
    bank_account: Mapped[str | None] = field(
        String(60),
        label=N_("Bank account"),
        kind="code",
        width=20,
        key_field=True,
        synonyms=("账号",),
    )
    credit_limit: Mapped[Decimal | None] = field(
        Numeric(14, 2), label=N_("Credit limit"), key_field=True
    )
    founded_on: Mapped[date | None] = field(
        Date, label=N_("Born or founded"), short=N_("Founded"), synonyms=("生日", "成立日期")
    )
    needs: Mapped[str | None] = field(
        Text, label=N_("Needs and preferences"), kind="long", width=24
    )
    description: Mapped[str | None] = field(Text, label=N_("Description"), kind="long", width=24)
    remarks: Mapped[str | None] = field(
        Text, label=N_("Remarks"), kind="long", width=24, synonyms=("备注",)
    )
    search_key: Mapped[str | None] = mapped_column(Text)  # server_schema.search.customer_keys
    sort_key: Mapped[str | None] = mapped_column(Text)
    sound_key: Mapped[str | None] = mapped_column(Text)
    core_name: Mapped[str | None] = mapped_column(Text)  # this and the rest: server_schema.alike
    phone_key: Mapped[str | None] = mapped_column(Text)
    mobile_key: Mapped[str | None] = mapped_column(Text)
    tax_key: Mapped[str | None] = mapped_column(Text)
    haystack: Mapped[str] = mapped_column(Text, server_default="")
    merged_into: Mapped[int | None] = mapped_column(Integer)


class Contact(Entity, Base):
    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(
            ["customer_id", "owner_id"], ["customer.id", "customer.owner_id"], onupdate="CASCADE"
        ),
    )
    LABEL = N_("Contact")
    PLURAL = N_("Contacts")
    MODULE = "customer"
    ICON = "identification-card"
    GRID = ("name", "title", "mobile", "phone", "wechat", "is_primary")
    FORM = (
        (
            N_("Basics"),
            ("name", "gender", "title", "department", "contact_group", "is_primary"),
        ),
        (N_("Ways to reach"), ("mobile", "phone", "email", "wechat", "address")),
        (N_("Notes"), ("birthday", "hobbies", "remarks")),
    )
    ORDER = ("-is_primary", "name")

    customer_id: Mapped[int] = field(
        Integer,
        label=N_("Customer"),
        kind="reference",
        many="customer",
        width=24,
        synonyms=("Customer ID", "客户编号", "客户名称", "Customer Name", "所属客户"),
    )
    owner_id: Mapped[int] = mapped_column(Integer, server_default="0")
    name: Mapped[str] = field(
        String(60), label=N_("Contact name"), synonyms=("Contact", "联系人", "姓名")
    )
    gender: Mapped[str | None] = field(String(12), label=N_("Gender"), choices=GENDERS, width=6)
    title: Mapped[str | None] = field(
        String(60), label=N_("Title"), synonyms=("Job Title", "Contact Title", "职务", "联系人职务")
    )
    department: Mapped[str | None] = field(String(60), label=N_("Department"), synonyms=("部门",))
    contact_group: Mapped[str | None] = field(String(60), label=N_("Group"), synonyms=("分组",))
    phone: Mapped[str | None] = field(String(60), label=N_("Phone"), kind="phone", width=14)
    mobile: Mapped[str | None] = field(
        String(60),
        label=N_("Mobile"),
        kind="phone",
        width=14,
        synonyms=("手机", "手机号", "联系人手机"),
    )
    email: Mapped[str | None] = field(
        String(120), label=N_("Email"), width=20, synonyms=("E-mail", "电子邮箱")
    )
    wechat: Mapped[str | None] = field(
        String(60), label=N_("WeChat/QQ"), width=14, synonyms=("微信", "QQ")
    )
    address: Mapped[str | None] = field(String(300), label=N_("Address"), width=28)
    birthday: Mapped[date | None] = field(Date, label=N_("Birthday"))
    hobbies: Mapped[str | None] = field(String(200), label=N_("Hobbies"), width=20)
    is_primary: Mapped[bool] = field(
        label=N_("Primary"), server_default="false", width=6, synonyms=("主联系人", "是否主要")
    )
    remarks: Mapped[str | None] = field(Text, label=N_("Remarks"), kind="long", width=24)
    phone_key: Mapped[str | None] = mapped_column(Text)  # server_schema.alike
    mobile_key: Mapped[str | None] = mapped_column(Text)
