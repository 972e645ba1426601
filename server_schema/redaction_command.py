"""`kehu-server redact-history`: what the history holds of erased records goes as well.

Purging leaves the last values of a record in the history. Where the law wants them gone, their hash
stays in the chain for them, so that `verify-history` still proves all the rest.
"""

import argparse
import json
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg2

from resources import translator
from server_schema import sealing
from server_schema.commands import server_asked
from server_schema.history_commands import check_office
from server_schema.messages import N_, Refused

# What people erase; the rows that belong to it go with it.
ERASED = """
    SELECT table_name || ':' || row_id, coalesce(before ->> 'name', before ->> 'number', ''),
        c.at::text
    FROM history h JOIN change c ON c.id = h.change_id
    WHERE op = 'erase' AND before IS NOT NULL AND table_name = ANY (binned_kinds())
        AND table_name NOT IN ('order_line', 'quote_line', 'delivery_line', 'receipt_allocation')
        AND NOT is_there(table_name, row_id)
    ORDER BY h.id
"""
ENTRIES = """
    SELECT h.id, c.at::text, coalesce(o.name, c.who::text), h.op::text,
        (SELECT string_agg(k, ',') FROM jsonb_object_keys(coalesce(h.after, h.before, '{}')) k)
    FROM history h JOIN change c ON c.id = h.change_id LEFT JOIN operator o ON o.id = c.operator_id
    WHERE h.table_name = %s::name AND h.row_id = %s ORDER BY h.id
"""
REFUSED = {
    "KH001": N_("{what} is not an erased record, or no entry of the history."),
    "KH004": N_("{what} was redacted already, or is not sealed yet."),
    "KH005": N_("Say why, with --reason."),
}


def redact_history(options: argparse.Namespace) -> int:
    """Redact what is named, all or nothing; without that, list what can be, or one's entries."""
    with closing(server_asked(options).connect()) as connection:
        check_office(connection)
        if options.entries:
            keys = ("entry", "at", "who", "what", "fields")
            return _list(options, keys, _asked(connection, ENTRIES, *_kind(options.entries)))
        if not options.record and not options.entry:
            return _list(options, ("record", "title", "at"), _asked(connection, ERASED))
        sealing.seal(connection)  # an entry can be emptied once it is sealed
        with connection, connection.cursor() as cursor:
            number = sum(_record(cursor, text, options.reason) for text in options.record)
            for entry in options.entry:
                _do(cursor, "redact_history(%s, %s)", str(entry), entry, options.reason)
                number += 1
    if options.json:
        print(json.dumps({"redacted": number}))
    else:
        text = N_("Entries redacted: {n}; of each another entry tells who and why.")
        print(translator(options.language)(text).format(n=f"{number:,}"))
    return 0


def _list(options: argparse.Namespace, keys: Sequence[str], rows: list[tuple[Any, ...]]) -> int:
    if options.json:
        found = [dict(zip(keys, row, strict=True)) for row in rows]
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        print(*("" if value is None else value for value in row), sep="\t")
    if not rows:
        text = N_("The history holds nothing of this.")
        print(translator(options.language)(text))
    return 0


def _asked(connection: Any, query: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _kind(text: str) -> tuple[str, int]:
    kind, _colon, id_ = text.partition(":")
    if not id_.isdecimal():
        raise Refused(N_("{what} is no record; write it as customer:17."), what=text)
    return kind, int(id_)


def _record(cursor: Any, text: str, reason: str | None) -> int:
    return _do(cursor, "redact_purge(%s, %s, %s)", text, *_kind(text), reason)


def _do(cursor: Any, call: str, what: str, *values: object) -> int:
    try:
        cursor.execute(f"SELECT {call}", values)
    except psycopg2.errors.UndefinedTable:
        raise Refused(REFUSED["KH001"], what=what) from None
    except psycopg2.Error as error:
        if error.pgcode not in REFUSED:
            raise
        raise Refused(REFUSED[str(error.pgcode)], what=what) from None
    return int(cursor.fetchone()[0])
