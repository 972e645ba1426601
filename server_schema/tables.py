"""Which tables there are, what kind each is, and who may write which of its columns.

Policies, grants and triggers are generated from this list, so a table that is missing here has
none; `kehu-server doctor` and a test look for such tables.
"""

from dataclasses import dataclass, field

CODE_TABLES = (
    "customer_type",
    "customer_source",
    "contact_category",
    "staff_type",
    "industry",
    "customer_grade",
    "enterprise_kind",
    "sales_method",
    "sales_channel",
    "payment_method",
    "service_type",
    "position",
)

SYSTEM_COLUMNS = (
    "id",
    "version",
    "created_by",
    "created_at",
    "changed_by",
    "changed_at",
    "deleted_at",
    "deleted_by",
    "deletion_id",
)

# Columns that a history entry leaves out: they say nothing that the entry does not say itself.
NO_HISTORY = (
    "id",
    "version",
    "created_by",
    "created_at",
    "changed_by",
    "changed_at",
    "deleted_by",
    "deletion_id",
)


@dataclass(frozen=True)
class Table:
    """How one table is guarded.

    `kind`: customer, hanging (carries customer_id and owner_id), reference (read by every
    operator), control (read by every operator, written by functions only), private (own rows, all
    rows for whoever may view operators), history, closed (no operator reads it).
    """

    name: str
    kind: str
    module: str = "settings"
    insert: tuple[str, ...] = ()  # the actions of which one is needed
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    never: tuple[str, ...] = ()  # columns no operator writes
    fixed: tuple[str, ...] = ()  # columns written at the insert only
    derived: tuple[str, ...] = ()  # columns that do not raise the version
    silent: tuple[str, ...] = ()  # columns that history leaves out, besides NO_HISTORY
    before: tuple[tuple[str, str], ...] = ()  # (events, function) of BEFORE row triggers, in order
    totals: bool = False
    record: bool = True  # has the system columns
    own: str = ""  # private: the column that names the operator
    customer: str = field(default="")  # the column that names the customer in history


_SEARCH = ("search_key", "sort_key", "haystack")
_ORDER_STATE = (
    "number",
    "number_source",
    "owner_id",
    "customer_region_id",
    "salesperson_region_id",
    "status",
    "total",
    "tax_total",
    "lines_version",
    "submitted_by",
    "submitted_at",
    "cancelled_by",
    "cancelled_at",
    "cancel_reason",
)


def _reference(name: str, module: str = "settings") -> Table:
    return Table(name, "reference", module, insert=("create",), update=("edit",))


TABLES: tuple[Table, ...] = (
    Table(
        "customer",
        "customer",
        "customer",
        insert=("create",),
        update=("edit",),
        never=("number", "owner_id", "haystack"),
        derived=_SEARCH,
        silent=_SEARCH,
        before=(("INSERT OR UPDATE", "prepare_customer"),),
        customer="id",
    ),
    Table(
        "contact",
        "hanging",
        "customer",
        insert=("create", "edit"),
        update=("create", "edit"),
        never=("owner_id",),
        fixed=("customer_id",),
        derived=("owner_id",),
        silent=("owner_id",),
        before=(("INSERT OR UPDATE OF customer_id", "take_owner"),),
        customer="customer_id",
    ),
    Table(
        "sales_order",
        "hanging",
        "order",
        insert=("create",),
        update=("create", "edit"),
        never=_ORDER_STATE,
        derived=("owner_id", "total", "tax_total"),
        silent=("owner_id", "lines_version"),
        before=(
            ("INSERT OR UPDATE OF customer_id", "take_owner"),
            ("INSERT OR UPDATE", "prepare_order"),
            ("UPDATE", "guard_order"),
        ),
        customer="customer_id",
    ),
    Table(
        "order_line",
        "hanging",
        "order",
        insert=("create", "edit"),
        update=("create", "edit"),
        delete=("create", "edit"),
        never=("customer_id", "owner_id", "amount", "tax_amount"),
        fixed=("order_id",),
        derived=("customer_id", "owner_id", "amount", "tax_amount"),
        silent=("customer_id", "owner_id"),
        before=(("INSERT OR UPDATE OR DELETE", "prepare_line"),),
        totals=True,
        customer="customer_id",
    ),
    Table(
        "share", "hanging", "customer", silent=("owner_id",), record=False, customer="customer_id"
    ),
    *(_reference(name) for name in CODE_TABLES),
    _reference("region"),
    _reference("department"),
    _reference("product", "product"),
    Table("number_rule", "reference", update=("edit",), fixed=("kind",)),
    Table("setting", "reference", insert=("edit",), update=("edit",), fixed=("key",)),
    Table("operator", "control", "operator", silent=("rights_changed_at",)),
    Table("rights_role", "control", "operator", record=False),
    Table("permission", "control", "operator", record=False),
    Table("operator_permission", "private", "operator", record=False, own="operator_id"),
    Table("deputy", "private", "operator", record=False, own="deputy_id"),
    Table("change", "history", record=False),
    Table("history", "history", record=False),
    Table("installation", "closed", record=False),
    Table("number_counter", "closed", record=False),
    Table("import_row", "closed", record=False),
    Table("alembic_version", "closed", record=False),
)

# Tables without policies, and why that is right: no operator may read any of them.
OPEN_TABLES = frozenset(("installation", "number_counter", "import_row", "alembic_version"))

LOGGED = tuple(
    t for t in TABLES if t.record or t.name in ("share", "operator_permission", "deputy")
)
