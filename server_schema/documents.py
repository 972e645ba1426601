"""What kinds of document differ in, so that what they have in common is written once in SQL."""

# doc: what functions and rights call it; head: its table; first: what is locked before it.
DOCUMENTS: tuple[dict[str, str], ...] = (
    {"doc": "order", "head": "sales_order", "first": ""},
    {"doc": "quote", "head": "quote", "first": ""},
    {"doc": "receipt", "head": "receipt", "first": ""},
    {
        "doc": "delivery",
        "head": "delivery",
        "first": "PERFORM hold_order((SELECT order_id FROM delivery WHERE id = asked_id));",
    },
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
