"""Operators: the people who log in, with whose records they see and what they may do."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, Integer, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from client.i18n import N_, _
from client.model.base import Base, Entity, field

SCOPES = (
    ("own", N_("Own")),
    ("department", N_("Department and below")),
    ("chosen", N_("Chosen departments or regions")),
    ("all", N_("All")),
)

MODULES = (
    ("customer", N_("Customers")),
    ("quote", N_("Quotes")),
    ("order", N_("Sales orders")),
    ("delivery", N_("Deliveries")),
    ("receipt", N_("Receipts")),
    ("product", N_("Products")),
    ("settings", N_("Settings")),
    ("history", N_("History")),
    ("operator", N_("Operators")),
)

ACTIONS = (
    ("view", N_("View")),
    ("create", N_("Create")),
    ("edit", N_("Edit")),
    ("delete", N_("Delete")),
    ("restore", N_("Restore")),
    ("assign", N_("Assign")),
    ("submit", N_("Submit")),
    ("approve", N_("Approve")),
    ("comment", N_("Comment")),
    ("print", N_("Print")),
    ("export", N_("Export")),
    ("import", N_("Import")),
    ("whole", N_("Unmasked")),
    ("reveal", N_("Reveal")),
)

# What each module's permissions decide about; other pairs mean nothing.
_RECORDS = ("view", "create", "edit", "delete", "restore")
_PAPERS = ("print", "export")
PAIRS: dict[str, tuple[str, ...]] = {
    "customer": (
        *_RECORDS,
        "assign",
        "approve",
        "comment",
        *_PAPERS,
        "import",
        "whole",
        "reveal",
    ),
    "quote": (*_RECORDS, "submit", "comment", *_PAPERS),
    "order": (*_RECORDS, "submit", "approve", "comment", *_PAPERS, "import"),
    "delivery": (*_RECORDS, "submit", "comment", *_PAPERS),
    "receipt": (*_RECORDS, "submit", "comment", *_PAPERS),
    "product": (*_RECORDS, *_PAPERS, "import"),
    "settings": (*_RECORDS, *_PAPERS, "import"),
    "operator": ("view", "create", "edit", *_PAPERS),
    "history": ("view", "export"),
}


def right_text(pair: str) -> str:
    """A right, `module.action`, in words: Customers · Delete."""
    module, _dot, action = pair.partition(".")
    words = (dict(MODULES).get(module, module), dict(ACTIONS).get(action, action))
    return " · ".join(_(word) for word in words)


RIGHTS = (
    ("clerk", N_("Clerk")),
    ("salesperson", N_("Salesperson")),
    ("service", N_("Service staff")),
    ("manager", N_("Manager")),
    ("boss", N_("Boss")),
    ("administrator", N_("Administrator")),
)


class Operator(Entity, Base):
    __tablename__ = "operator"
    LABEL = N_("Operator")
    PLURAL = N_("Operators")
    CODE = "code"
    MODULE = "operator"
    ICON = "user-gear"
    GRID = (
        "code",
        "name",
        "login",
        "region_id",
        "department_id",
        "staff_type_id",
        "position_id",
        "rights",
        "scope",
        "phone",
        "active",
    )
    KEPT = ("code", "name", "login", "department_id", "rights", "scope", "active")
    FORM = (
        (N_("Basics"), ("code", "name", "login", "active")),
        (N_("Place in the office"), ("region_id", "department_id", "staff_type_id", "position_id")),
        (N_("Rights"), ("rights", "scope", "chosen_departments", "chosen_regions")),
        (N_("Ways to reach"), ("phone", "email")),
    )
    ORDER = ("code",)

    code: Mapped[str] = field(
        String(20),
        label=N_("Operator code"),
        kind="code",
        synonyms=("Salesperson ID", "工号", "人员编号", "业务员编号"),
    )
    name: Mapped[str] = field(
        String(60),
        label=N_("Operator name"),
        width=15,
        synonyms=("Salesperson", "姓名", "业务员", "人员姓名"),
    )
    login: Mapped[str | None] = field(String(60), label=N_("Login"), kind="code", readonly=True)
    region_id: Mapped[int | None] = field(ForeignKey("region.id"), label=N_("Region"))
    department_id: Mapped[int | None] = field(ForeignKey("department.id"), label=N_("Department"))
    staff_type_id: Mapped[int | None] = field(
        ForeignKey("staff_type.id"), label=N_("Staff type"), synonyms=("人员类别",)
    )
    position_id: Mapped[int | None] = field(
        ForeignKey("position.id"), label=N_("Position"), synonyms=("Job Title", "职务", "职位")
    )
    rights: Mapped[str] = field(
        String(20), label=N_("Role"), choices=RIGHTS, server_default="salesperson"
    )
    scope: Mapped[str] = field(
        String(12), label=N_("Data scope"), choices=SCOPES, server_default="own"
    )
    chosen_departments: Mapped[list[int]] = field(
        ARRAY(Integer),
        label=N_("Chosen departments"),
        kind="references",
        many="department",
        server_default="{}",
    )
    chosen_regions: Mapped[list[int]] = field(
        ARRAY(Integer),
        label=N_("Chosen regions"),
        kind="references",
        many="region",
        server_default="{}",
    )
    phone: Mapped[str | None] = field(
        String(60), label=N_("Phone"), kind="phone", synonyms=("Home Phone", "手机", "联系电话")
    )
    email: Mapped[str | None] = field(String(120), label=N_("Email"), width=20)
    active: Mapped[bool] = field(label=N_("Active"), server_default="true", width=6)
    locked_until: Mapped[datetime | None] = field(
        DateTime(timezone=True), label=N_("Locked until"), readonly=True
    )
    built_in: Mapped[bool] = mapped_column(server_default="false")  # the public pool
    rights_changed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default="now()"
    )
    login_set_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
