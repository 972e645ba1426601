"""The differences between kinds of document, so that the SQL they share is written once."""

# What is shown of a head otherwise than it stands there.
_SHOWN = {
    "phone": "'phone', CASE WHEN whole THEN stored.phone ELSE stored.phone_shown END,",
    "contact_id": (
        "'contact_name', (SELECT name FROM contact WHERE id = stored.contact_id AND of_customers),"
    ),
}
# What a document with prices says of its customer besides.
_TERMS = (
    ", 'credit_limit', c.credit_limit, 'owner_id', c.owner_id,"
    " 'grade', (SELECT g.name FROM customer_grade g WHERE g.id = c.grade_id),"
    " 'region', (SELECT r.name FROM region r WHERE r.id = c.region_id)"
)


def _document(
    doc: str, head: str, states: str, written: str, first: str = "", emptied: str = ""
) -> dict[str, str]:
    """The words of one kind.

    doc: what functions and rights call it; head: its table; states: those in which its head is
    saved; written: the columns that are; first: what is locked before it; emptied: what another
    customer or currency takes away.
    """
    names = written.split()
    stored, given = ([f"{row}.{name}" for name in names] for row in ("h", "given"))
    phone_differs = "false"
    if "phone" in names:
        # Who may not see whole numbers cannot compare them, but with what they are shown.
        place = names.index("phone")
        stored[place], given[place] = "h.phone_shown IS NULL", "given.phone IS NULL"
        phone_differs = (
            "given.phone IS NOT NULL AND given.phone IS DISTINCT FROM"
            f" (SELECT phone FROM masked.{head} WHERE id = given.id)"
        )
    return {
        "doc": doc,
        "head": head,
        "first": first,
        "emptied": emptied,
        "states": ", ".join(f"'{state}'" for state in states.split()),
        "stored": ", ".join(stored),
        "given": ", ".join(given),
        "phone_differs": phone_differs,
        "written": ", ".join(f"{name} = given.{name}" for name in names),
        "shown": " ".join(_SHOWN[name] for name in names if name in _SHOWN),
        "terms": _TERMS if "whole_discount" in names else "",
    }


DOCUMENTS: tuple[dict[str, str], ...] = (
    _document(
        "order",
        "sales_order",
        "draft submitted approved",
        "customer_id contact_id phone order_date channel_id payment_method_id delivery_date"
        " delivery_address due_date salesperson_id currency whole_discount wipe_off remarks",
    ),
    _document(
        "quote",
        "quote",
        "draft sent refused",
        "customer_id contact_id phone quote_date valid_until salesperson_id payment_method_id"
        " delivery_address currency whole_discount wipe_off terms remarks",
    ),
    _document(
        "receipt",
        "receipt",
        "draft",
        "customer_id payer payment_method_id receipt_date handler_id currency amount reference"
        " remarks",
        emptied="DELETE FROM receipt_allocation a USING receipt r WHERE r.id = given.id"
        " AND a.receipt_id = r.id AND (r.customer_id <> given.customer_id"
        " OR r.currency <> nullif(given.currency, ''));",
    ),
    _document(  # which of its words change in which state, it guards itself
        "delivery",
        "delivery",
        "planned picked shipped received cancelled",
        "planned_on expected_on courier waybill address contact_name phone remarks",
        first="PERFORM hold_order((SELECT order_id FROM delivery WHERE id = asked_id));",
    ),
)

# Of these the lines have prices. doc: the module; key: the column that names the head; open: the
# states in which lines change; reopened: what any change of the lines does to the head.
LINED: tuple[dict[str, str], ...] = (
    {
        "doc": "order",
        "line": "order_line",
        "head": "sales_order",
        "key": "order_id",
        "open": "'draft', 'submitted', 'approved'",
        "reopened": ", ".join(
            f"{column} = CASE WHEN o.status = 'approved' AND o.number_source"
            f" IS DISTINCT FROM 'importing' THEN {value} ELSE o.{column} END"
            for column, value in (
                ("status", "'submitted'"),
                ("approved_by", "NULL"),
                ("approved_at", "NULL"),
                ("approved_amount", "NULL"),
            )
        ),
    },
    {
        "doc": "quote",
        "line": "quote_line",
        "head": "quote",
        "key": "quote_id",
        "open": "'draft', 'sent', 'refused'",
        "reopened": "status = 'draft', revision = o.revision"
        " + CASE WHEN o.status = 'draft' THEN 0 ELSE 1 END, sent_by = NULL, sent_at = NULL,"
        " decided_by = NULL, decided_at = NULL, decide_reason = NULL",
    },
)

# Lines without prices of their own.
PARTS: tuple[dict[str, str], ...] = (
    {"line": "delivery_line", "head": "delivery", "key": "delivery_id"},
    {"line": "receipt_allocation", "head": "receipt", "key": "receipt_id"},
)

# Files of SQL that are run once for each kind.
TEMPLATES = {"35_document.sql": DOCUMENTS, "36_lines.sql": LINED, "37_parts.sql": PARTS}
