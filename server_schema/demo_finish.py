"""What the database works out for the demo's rows once they are stored.

Nothing here is reckoned twice: totals, shares and what a customer got on paper come from the
functions that the office works with.
"""

import json
from typing import Any

from psycopg2 import extensions
from psycopg2.extras import execute_values

from server_schema.demo_mark import mark
from server_schema.demo_steps import Row

_NUMBERED = ("sales_order", "quote", "delivery", "receipt")

_TOTALS = """
SELECT spread_{line}s(array_agg(id)) FROM {head} o
WHERE (whole_discount <> 0 OR wipe_off <> 0) AND {which};
UPDATE {head} o SET total = s.total, tax_total = s.tax,
    currency = setting_text('currency', 'CNY')
FROM (SELECT {key} AS id, sum(amount) AS total, sum(tax_amount) AS tax FROM {line} GROUP BY 1) s
WHERE s.id = o.id AND {which}
"""
_ORDERS = {"line": "order_line", "head": "sales_order", "key": "order_id"}
_QUOTES = {"line": "quote_line", "head": "quote", "key": "quote_id"}

# As it was when it was sent: nobody had decided yet.
_PAPER = """quote_document(q.id) || '{"status": "sent", "state": "sent", "decided_by": null,
    "decided_by_name": null, "decided_at": null, "decide_reason": null, "order_id": null,
    "order_number": null}' || jsonb_build_object('office', office_details())"""
_SENT = f"""
INSERT INTO quote_revision (quote_id, customer_id, owner_id, revision, sent_by, sent_at, document)
SELECT q.id, q.customer_id, q.owner_id, q.revision, q.sent_by, q.sent_at, {_PAPER}
FROM quote q WHERE q.sent_at IS NOT NULL ORDER BY q.sent_at
"""
# Before, the goods were dearer, there were fewer of the first, and the last was not asked for.
_BEFORE = """
DELETE FROM quote_line l WHERE quote_id = %(quote)s AND position > 2
    AND NOT EXISTS (SELECT FROM quote_line m WHERE m.quote_id = l.quote_id
        AND m.position > l.position);
UPDATE quote_line SET
    unit_price = round(unit_price * %(price)s, CASE WHEN unit_price < 10 THEN 2 ELSE 1 END),
    quantity = CASE WHEN position = 1 THEN ceil(quantity / 2) ELSE quantity END
WHERE quote_id = %(quote)s;
UPDATE quote SET status = 'sent', revision = %(revision)s, sent_by = %(who)s, sent_at = %(at)s
WHERE id = %(quote)s;
"""

_COUNTERS = """
INSERT INTO number_counter (kind, period, last)
SELECT kind, period, max(counted) FROM number_taken GROUP BY kind, period
ON CONFLICT (kind, period) DO UPDATE SET last = excluded.last
"""

# What was printed lately: each kind's latest documents, every fifth of them twice.
_PRINTED = """
INSERT INTO print_log (kind, row_id, customer_id, owner_id, at, operator_id, way, paper, language)
SELECT %(kind)s, d.id, d.customer_id, d.owner_id, least(now(), d.at + n.n * interval '9 minutes'),
    d.who, %(way)s, %(paper)s, %(language)s
FROM (SELECT id, customer_id, owner_id, {at} AS at, {who} AS who,
        row_number() OVER (ORDER BY {at} DESC, id) AS place
      FROM {table} WHERE {at} IS NOT NULL ORDER BY {at} DESC, id LIMIT %(many)s) d
JOIN generate_series(1, 2) n (n) ON n.n = 1 OR d.place %% 5 = 0
ORDER BY 5
"""
_PRINTS = (
    ("delivery", "delivery", "shipped_at", "shipped_by", "printer", "241x140", 15),
    ("receipt", "receipt", "posted_at", "posted_by", "printer", "241x93", 10),
    ("order", "sales_order", "submitted_at", "submitted_by", "printer", "a4", 10),
    ("quote", "quote", "sent_at", "sent_by", "pdf", "a4", 10),
)


def settings(cursor: extensions.cursor, texts: dict[str, str]) -> None:
    """The office's name and all that stands on its papers."""
    cursor.execute("INSERT INTO picture (content) VALUES (%s) RETURNING id", [mark()])
    logo = (cursor.fetchone() or (None,))[0]
    values: dict[str, Any] = {**texts, "office_logo": logo}
    execute_values(
        cursor,
        "INSERT INTO setting (key, value) VALUES %s"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()],
        template="(%s, %s::jsonb)",
    )


def totals(cursor: extensions.cursor) -> None:
    """What is taken off the whole spread over the lines, and the sums of the lines."""
    for document in (_ORDERS, _QUOTES):
        cursor.execute(_TOTALS.format(**document, which="true"))
    cursor.execute(
        "UPDATE receipt SET currency = setting_text('currency', 'CNY')"
        " WHERE currency <> setting_text('currency', 'CNY')"
    )


def numbers(cursor: extensions.cursor, customers: int) -> None:
    """Which document got which number, and how far each kind has counted."""
    for table in _NUMBERED:
        cursor.execute(
            "INSERT INTO number_taken (kind, period, counted, counted_to, number, row_id)"
            " SELECT %s, split_part(number, '-', 2), split_part(number, '-', 3)::integer,"
            f" split_part(number, '-', 3)::integer, number, id FROM {table}"
            " WHERE number IS NOT NULL",
            ["order" if table == "sales_order" else table],
        )
    cursor.execute(_COUNTERS)
    cursor.execute(
        "INSERT INTO number_counter (kind, period, last) VALUES ('customer', '', %s)"
        " ON CONFLICT (kind, period) DO UPDATE SET last = excluded.last",
        [customers],
    )


def revisions(
    cursor: extensions.cursor, earlier: list[Row], ids: dict[str, dict[int, int]]
) -> None:
    """Keep each revision of a quote as its customer got it; earlier ones are made and undone."""
    cursor.execute(_SENT)
    for sent in earlier:
        values = {
            "quote": ids["quote"][sent["quote_id"]],
            "who": ids["operator"][sent["sent_by"]],
            "at": sent["sent_at"],
            "revision": sent["revision"],
            "price": sent["price"],
        }
        cursor.execute("SAVEPOINT earlier")
        cursor.execute(_BEFORE, values)
        cursor.execute(_TOTALS.format(**_QUOTES, which="o.id = %(quote)s"), values)
        cursor.execute(f"SELECT ({_PAPER})::text FROM quote q WHERE id = %(quote)s", values)
        document = (cursor.fetchone() or ("",))[0]
        cursor.execute("ROLLBACK TO SAVEPOINT earlier")
        cursor.execute(
            "INSERT INTO quote_revision (quote_id, customer_id, owner_id, revision, sent_by,"
            " sent_at, document) SELECT id, customer_id, owner_id, %(revision)s, %(who)s, %(at)s,"
            " %(document)s FROM quote WHERE id = %(quote)s",
            {**values, "document": document},
        )


def prints(cursor: extensions.cursor, language: str) -> None:
    """The last papers that went out."""
    for kind, table, at, who, way, paper, many in _PRINTS:
        cursor.execute(
            _PRINTED.format(table=table, at=at, who=who),
            {"kind": kind, "way": way, "paper": paper, "language": language, "many": many},
        )
