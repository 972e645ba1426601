"""Which tables there are, what kind each is, and who may write which of its columns.

Policies, grants and triggers are generated from this list, so a table that is missing here has
none; `kehu-server doctor` and a test look for such tables.
"""

from dataclasses import replace
from typing import Any

from server_schema.rights import SCOPE
from server_schema.table import Table

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

# What goes to the recycle bin, each before what hangs on it.
BINNED = (
    "customer",
    "contact",
    "sales_order",
    "order_line",
    "quote",
    "quote_line",
    "delivery",
    "delivery_line",
    "receipt",
    "receipt_allocation",
    "product",
    "region",
    "department",
    "customer_group",
    *CODE_TABLES,
)

# What the program or the database makes of what is typed.
_PHONE_KEYS = ("phone_key", "mobile_key")
_KEPT_ALIKE = ("core_name", *_PHONE_KEYS, "tax_key")
# What stands in views for columns that are masked.
_SHOWN = ("phone_shown", "mobile_shown")
_CUSTOMER_SHOWN = (*_SHOWN, "bank_account_shown", "haystack_shown")
_SEARCH = ("search_key", "sort_key", "haystack", "sound_key", *_KEPT_ALIKE, *_CUSTOMER_SHOWN)
# What is received for an order and what becomes of it is told by the receipts.
_MONEY = ("received", "outstanding", "owed", "payment_state")
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
    "approved_by",
    "approved_at",
    "approved_amount",
    "completed_by",
    "completed_at",
    "cancelled_by",
    "cancelled_at",
    "cancel_reason",
    *_MONEY,
)
_QUOTE_STATE = (
    "number",
    "number_source",
    "owner_id",
    "status",
    "revision",
    "total",
    "tax_total",
    "lines_version",
    "sent_by",
    "sent_at",
    "decided_by",
    "decided_at",
    "decide_reason",
    "order_id",
)
_DELIVERY_STATE = (
    "number",
    "number_source",
    "customer_id",
    "owner_id",
    "shipped_on",
    "status",
    "lines_version",
    "picked_by",
    "picked_at",
    "shipped_by",
    "shipped_at",
    "received_by",
    "received_at",
    "cancelled_by",
    "cancelled_at",
    "cancel_reason",
)
_RECEIPT_STATE = (
    "number",
    "number_source",
    "owner_id",
    "allocated",
    "advance",
    "status",
    "lines_version",
    "posted_by",
    "posted_at",
    "voided_by",
    "voided_at",
    "void_reason",
    "reverses_id",
)


def _document(
    name: str, module: str, state: tuple[str, ...], before: tuple[tuple[str, str], ...], **more: Any
) -> Table:
    lists = {"silent": ("owner_id", "lines_version"), "derived": ("owner_id",), **more}
    shown = tuple(f"{masked}_shown" for masked in more.get("masked", ()))
    lists |= {key: (*lists[key], *shown) for key in ("silent", "derived")}
    return Table(
        name,
        "hanging",
        module,
        insert=("create",),
        update=("edit",),
        never=(*state, *shown),
        before=before,
        customer="customer_id",
        **lists,
    )


def _part(name: str, module: str, head: str, function: str, derived: tuple[str, ...] = ()) -> Table:
    """The lines of a document: their customer and owner are the document's. Who may only create
    documents writes theirs through the functions that save a whole one."""
    carried = ("customer_id", "owner_id")
    return Table(
        name,
        "hanging",
        module,
        insert=("edit",),
        update=("edit",),
        delete=("edit",),
        never=(*carried, *derived),
        fixed=(head,),
        derived=(*carried, *derived),
        silent=(*carried, *(name for name in derived if name == "reduction")),
        before=(("INSERT OR UPDATE OR DELETE", function),),
        part=True,
        customer="customer_id",
    )


_REDUCED = ("reduction", "amount", "tax_amount")
_OWNED = ("INSERT OR UPDATE OF customer_id", "take_owner")
_OF_PERSON = ("INSERT OR UPDATE", "check_contact")
_CHANGED = ("rights_changed_at", "locked_until", "login_set_at")


def _reference(name: str, module: str = "settings") -> Table:
    return Table(name, "reference", module, insert=("create",), update=("edit",))


def _about_customer(name: str, **more: Any) -> Table:
    """What functions keep about a customer."""
    return Table(
        name,
        "hanging",
        "customer",
        silent=("owner_id",),
        record=False,
        customer="customer_id",
        **more,
    )


_LENT = ("announce_reach",)
_DEPUTY = ("deputy_id", "absent_id")

TABLES: tuple[Table, ...] = (
    Table(
        "customer",
        "customer",
        "customer",
        insert=("create",),
        update=("edit",),
        never=("number", "owner_id", "haystack", "merged_into", *_KEPT_ALIKE, *_CUSTOMER_SHOWN),
        derived=_SEARCH,
        silent=_SEARCH,
        masked=(
            "phone",
            "mobile",
            "bank_account",
            *_PHONE_KEYS,
            "search_key",
            "haystack",
        ),
        before=(("INSERT OR UPDATE", "prepare_customer"), ("UPDATE", "guard_key_fields")),
        customer="id",
    ),
    Table(
        "contact",
        "hanging",
        "customer",
        insert=("create", "edit"),
        update=("edit",),
        never=("owner_id", *_PHONE_KEYS, *_SHOWN),
        fixed=("customer_id",),
        derived=("owner_id", *_PHONE_KEYS, *_SHOWN),
        silent=("owner_id", *_PHONE_KEYS, *_SHOWN),
        masked=("phone", "mobile", *_PHONE_KEYS),
        before=(("INSERT OR UPDATE OF customer_id", "take_owner"),),
        customer="customer_id",
    ),
    _document(
        "sales_order",
        "order",
        _ORDER_STATE,
        (_OWNED, ("INSERT OR UPDATE", "prepare_order"), _OF_PERSON, ("UPDATE", "guard_order")),
        derived=("owner_id", "total", "tax_total", *_MONEY),
        masked=("phone",),
        silent=("owner_id", "lines_version", *_MONEY),
        after=(("UPDATE OF whole_discount, wipe_off", "respread_sales_order"),),
        at_end=(
            (
                "UPDATE",
                "NEW.number_source <> 'importing' AND NEW.status NOT IN ('draft', 'cancelled')"
                " AND (NEW.lines_version, NEW.total)"
                " IS DISTINCT FROM (OLD.lines_version, OLD.total)",
                "keep_worth",
            ),
        ),
    ),
    replace(
        _part("order_line", "order", "order_id", "prepare_order_line", _REDUCED),
        before=(
            ("INSERT OR UPDATE OR DELETE", "prepare_order_line"),
            ("UPDATE OF quantity, product_id OR DELETE", "guard_delivered"),
        ),
    ),
    _document(
        "quote",
        "quote",
        _QUOTE_STATE,
        (_OWNED, ("INSERT OR UPDATE", "prepare_quote"), _OF_PERSON, ("UPDATE", "guard_quote")),
        derived=("owner_id", "total", "tax_total"),
        masked=("phone",),
        after=(("UPDATE OF whole_discount, wipe_off", "respread_quote"),),
    ),
    _part("quote_line", "quote", "quote_id", "prepare_quote_line", _REDUCED),
    Table(
        "quote_revision",
        "hanging",
        "quote",
        silent=("owner_id", "document"),
        masked=("document",),
        record=False,
        customer="customer_id",
    ),
    _document(
        "delivery",
        "delivery",
        _DELIVERY_STATE,
        (("INSERT OR UPDATE", "prepare_delivery"),),
        fixed=("order_id",),
        masked=("phone",),
    ),
    _part("delivery_line", "delivery", "delivery_id", "prepare_delivery_line"),
    _document(
        "receipt",
        "receipt",
        _RECEIPT_STATE,
        (_OWNED, ("INSERT OR UPDATE", "prepare_receipt")),
        derived=("owner_id", "advance"),
    ),
    _part("receipt_allocation", "receipt", "receipt_id", "prepare_allocation"),
    _about_customer("print_log"),
    _about_customer(
        "share",
        at_end=(("INSERT OR UPDATE OF operator_id", "true", "follow_share"),),
        statements=_LENT,
    ),
    Table(
        "group_member",
        "hanging",
        "customer",
        insert=("edit",),
        delete=("edit",),
        never=("owner_id", "private_to"),
        silent=("owner_id", "private_to"),
        before=(("INSERT", "prepare_member"),),
        private=True,
        record=False,
        customer="customer_id",
    ),
    _about_customer("change_request", masked=("fields",)),
    *(_reference(name) for name in CODE_TABLES),
    Table(
        "customer_group",
        "reference",
        insert=("create",),
        update=("edit",),
        fixed=("private_to",),
        silent=("private_to",),
        private=True,
    ),
    *(
        replace(
            _reference(name),
            before=(("UPDATE OF parent_id", "guard_places"),),
            after=(("UPDATE OF parent_id", "follow_moves"),),
        )
        for name in ("region", "department")
    ),
    _reference("product", "product"),
    Table("number_rule", "reference", update=("edit",), fixed=("kind",)),
    Table(
        "setting",
        "reference",
        insert=("edit",),
        update=("edit",),
        fixed=("key",),
        before=(("INSERT OR UPDATE", "guard_setting"),),
    ),
    Table(
        "operator",
        "control",
        "operator",
        silent=_CHANGED,
        derived=_CHANGED,
        before=(("UPDATE", "mark_rights"),),
        after=(
            ("INSERT", "begin_counting"),
            (f"INSERT OR DELETE OR UPDATE OF {', '.join(SCOPE)}", "follow_moves"),
            ("UPDATE", "follow_rights"),
        ),
        at_end=(("UPDATE", "NEW.rights_changed_at <> OLD.rights_changed_at", "end_at_commit"),),
    ),
    Table("rights_role", "control", "operator", record=False),
    Table("permission", "control", "operator", record=False, statements=("mark_permissions",)),
    Table(
        "operator_permission",
        "private",
        "operator",
        record=False,
        own=("operator_id",),
        statements=("mark_permissions",),
    ),
    Table("deputy", "private", "operator", record=False, own=_DEPUTY, statements=_LENT),
    Table("change", "history", record=False),
    Table("history", "history", record=False, masked=("before", "after")),
    Table("seal", "closed", record=False),
    Table("installation", "closed", record=False),
    Table("picture", "reference", record=False, unlogged=True),
    Table("number_counter", "closed", record=False),
    Table("number_taken", "closed", record=False),
    Table("import_row", "closed", record=False),
    Table("duplicate_answer", "closed", record=False),
    Table("handover", "closed", record=False),
    Table("handover_item", "closed", record=False),
    Table("presence", "closed", record=False),
    Table("reach", "closed", record=False),
    Table("customer_merge", "closed", record=False),
    Table("alembic_version", "closed", record=False),
)

_FOLLOWS_CUSTOMER = ("customer", "hanging")

# The rights that policies ask, as (module, action). Whoever has one is a member of a role of its
# own: of that PostgreSQL knows without reading a row.
POLICY_RIGHTS: tuple[tuple[str, str], ...] = tuple(
    sorted(
        {("operator", "view")}
        | {(table.module, "view") for table in TABLES if table.kind in _FOLLOWS_CUSTOMER}
        | {
            (table.module, action)
            for table in TABLES
            for action in (*table.insert, *table.update, *table.delete)
        }
    )
)

# Tables without policies, and why that is right: no operator may read any of them.
OPEN_TABLES = frozenset(table.name for table in TABLES if table.kind == "closed")
