"""Policies, grants and triggers of every table, made from the list in `tables`.

The texts are the same for all tables that hang on a customer: a policy for each role of readers,
and one for what is shared. A policy's subselects run once for a statement, not once for a row.
"""

from collections.abc import Iterator
from pathlib import Path

from server_schema import masking
from server_schema.table import NO_HISTORY, SYSTEM_COLUMNS, Table
from server_schema.tables import TABLES

# Asked under a condition, nobody's where that does not hold.
_SEEN = {
    "customer": (
        "owner_id = ANY ((SELECT visible_operators(){where})::integer[])",
        "id = ANY ((SELECT shared_customers())::integer[])",
    ),
    "hanging": (
        "owner_id = ANY ((SELECT visible_operators(){where})::integer[])",
        "customer_id = ANY ((SELECT shared_customers())::integer[])",
    ),
}
# The same rule as of a few owners, whose rows an index finds; many are looked up row by row.
_SEEN_MANY = "(SELECT seen_owners(){where})[owner_id]"
_READERS = "{p}_all, {p}_wide, {p}_scoped"
_OWN = "private_to = (SELECT me())"
# As bin_on() says it. Of living rows it is not asked, and without a subselect it costs no plan.
_ALIVE = "deleted_at IS NULL OR current_setting('kehu.bin', true) = 'on'"
_EVERYBODY = f"{_READERS}, {{p}}_shared"


def _holds(group: str) -> str:
    """A question of the asking operator's roles, which PostgreSQL answers without reading a row.

    Asked anew at each statement: which policies hold is chosen when a statement is planned, and
    one that was prepared before a demotion is not planned again. It is answered by what is
    committed now, in a transaction that reads an earlier state as well.
    """
    return f"pg_has_role(session_user, '{{p}}_{group}', 'USAGE')"


def _can(module: str, action: str) -> str:
    return _holds(f"{module}_{action}")


def _may(module: str, actions: tuple[str, ...]) -> str:
    return " OR ".join(f"(SELECT {_can(module, action)})" for action in actions)


def _likely(question: str) -> str:
    """A question of the whole statement, of which the planner takes it that it is answered yes.

    Of a mere truth value it expects that it halves the rows, and plans for a part of the table.
    """
    return f"(SELECT true WHERE {question}) IS NOT NULL"


def _viewed(table: Table) -> str:
    """The rights that reading a table takes: a document that is kept has its customer in it."""
    modules = (table.module, "customer") if "document" in table.masked else (table.module,)
    return " AND ".join(_can(module, "view") for module in modules)


def _policy(table: Table, name: str, command: str, roles: str, rule: str) -> str:
    """A permissive policy; what may be read may be written as far as grants and rights go."""
    check = f" WITH CHECK ({rule})" if command in ("ALL", "INSERT", "UPDATE") else ""
    using = "" if command == "INSERT" else f" USING ({rule})"
    return f"CREATE POLICY {name} ON {table.name} FOR {command} TO {roles}{using}{check};"


def _restriction(
    table: Table, name: str, command: str, rule: str, check: str = "", roles: str = _EVERYBODY
) -> str:
    """A restrictive policy; `check` is what it asks of a written row where that is less."""
    checked = f" WITH CHECK ({check or rule})" if command in ("ALL", "INSERT", "UPDATE") else ""
    using = "" if command == "INSERT" else f" USING ({rule})"
    return (
        f"CREATE POLICY {name} ON {table.name} AS RESTRICTIVE FOR {command}"
        f" TO {roles}{using}{checked};"
    )


def _visibility(table: Table) -> Iterator[str]:
    if table.kind in _SEEN:
        owned, shared = _SEEN[table.kind]
        # The right is asked in the same step. What one may not view one does not write either: so
        # a statement that does both asks once.
        viewed = _viewed(table)
        everything = _likely(f"{_holds('all')} AND {viewed}")
        where = f" WHERE {viewed}"
        yield _policy(table, "seen_by_all", "ALL", "{p}_all", everything)
        yield _policy(
            table, "seen_by_many", "ALL", "{p}_wide", _SEEN_MANY.replace("{where}", where)
        )
        yield _policy(table, "seen_by_scope", "ALL", "{p}_scoped", owned.replace("{where}", where))
        yield _policy(table, "seen_by_share", "ALL", "{p}_shared", shared)
        yield _restriction(table, "may_view", "ALL", _likely(viewed), roles="{p}_shared")
    elif table.kind == "reference":
        yield _policy(table, "seen_by_operators", "ALL", _READERS, "true")
    elif table.kind == "control":
        yield _policy(table, "seen_by_operators", "SELECT", _READERS, "true")
    elif table.kind == "private":
        mine = " OR ".join(f"{column} = (SELECT me())" for column in table.own)
        rule = f"{mine} OR (SELECT {_can('operator', 'view')})"
        yield _policy(table, "seen_by_concerned", "SELECT", _READERS, rule)
    if table.name in ("operator", "share"):
        yield _policy(table, "seen_by_roles", "SELECT", "{p}_roles", "true")


def _history_modules() -> str:
    """The condition that the module of an entry's table may be viewed."""
    by_module: dict[str, list[str]] = {}
    for table in TABLES:
        if table.customer:
            by_module.setdefault(table.module, []).append(f"'{table.name}'")
    return " OR ".join(
        f"table_name IN ({', '.join(names)}) AND (SELECT {_can(module, 'view')})"
        for module, names in by_module.items()
    )


# What is nobody's: settings, rights, and customers that are gone for good.
_OF_THE_OFFICE = (
    f"(SELECT {_can('operator', 'view')}) AND (customer_id IS NULL"
    " OR customer_id = ANY ((SELECT purged_customers())::integer[]))"
)
_WATCHED = "table_name = 'access' AND row_id = ANY ((SELECT watched_operators())::integer[])"


def _history() -> Iterator[str]:
    """Asked of each entry by itself: EXISTS would read all customers for the latest few entries."""
    rules = _history_modules()
    yield (
        f"CREATE POLICY of_seen_customers ON history FOR SELECT TO {_READERS} USING ("
        f"({rules}) AND (SELECT true FROM customer c WHERE c.id = history.customer_id));"
    )
    yield (
        f"CREATE POLICY of_settings ON history FOR SELECT TO {_READERS} USING ({_OF_THE_OFFICE});"
    )
    yield (
        f"CREATE POLICY of_watched_people ON history FOR SELECT TO {_READERS} USING ({_WATCHED});"
    )
    yield (
        f"CREATE POLICY of_seen_history ON change FOR SELECT TO {_READERS} USING ("
        "(SELECT true FROM history h WHERE h.change_id = change.id LIMIT 1));"
    )


def policies() -> Iterator[str]:
    """Drop every policy of ours and make all of them again.

    Row security is forced on the owner too, who sees all: where it holds nobody, an error tells
    the whole row that a constraint refused, and our functions run as the owner.
    """
    for table in TABLES:
        if table.kind == "closed":
            continue
        yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        yield _policy(table, "seen_by_functions", "ALL", "{p}_owner", "true")
        yield from _visibility(table)
        if table.record:
            yield _restriction(table, "alive", "SELECT", _ALIVE)
        if table.private:
            yield _restriction(table, "kept_private", "ALL", f"private_to IS NULL OR {_OWN}")
        for command in ("insert", "update", "delete"):
            rules = [_OWN] if table.private else []
            if actions := getattr(table, command):
                rules.append(_may(table.module, actions))
            if rules:
                rule = " OR ".join(rules)
                living = table.record and command != "insert"
                if living:
                    # The bin is looked into; what lies there changes by functions only.
                    rule = f"deleted_at IS NULL AND ({rule})"
                check = ""
                if command == "update" and not table.private:
                    # The right does not hang on the row, and was asked of it as it was.
                    check = "deleted_at IS NULL" if living else "true"
                yield _restriction(table, f"may_{command}", command.upper(), rule, check)
    yield from _history()


# Of columns that are kept masked as well, the row has both.
_KEPT = {
    "phone": "phone_shown",
    "mobile": "mobile_shown",
    "bank_account": "bank_account_shown",
    "haystack": "haystack_shown",
    "search_key": "haystack_shown",
}
# Most entries have nothing to mask, which is seen without calling a function.
_ENTRY = (
    "CASE WHEN {0} ?| '{{phone,mobile,bank_account,customer,fields}}'"
    " THEN masked_entry(r.table_name, {0}) ELSE {0} END"
)
_MASKS = {
    "phone_key": "NULL::text",
    "mobile_key": "NULL::text",
    "document": "masked_body({})",
    "fields": "masked_body({})",
    "before": _ENTRY,
    "after": _ENTRY,
}
_ENTRIES = (Path(__file__).parent / "sql" / "masked_history.sql").read_text(encoding="utf-8")
# The function of this name takes a whole row, masked columns as well.
_QUOTE_STATE = (
    "CASE WHEN r.status = 'sent' AND r.valid_until < (SELECT office_today())"
    " THEN 'expired' ELSE r.status END"
)
# The role that reads the columns themselves follows the right; who looks after the server is in it.
_WHOLE = f"(SELECT {_holds('whole')})"


def views(columns: dict[str, list[str]]) -> Iterator[str]:
    """The schema `masked`: what one sees of the tables with masked columns, whoever one is.

    Whole where one may see whole numbers, else masked. Tables that keep their columns masked are
    read with the reader's own rights and policies. The others have documents, which are masked
    when they are read: such a view reads with its owner's rights, so it repeats who sees which
    row; a test compares both.
    """
    yield "CREATE SCHEMA masked; ALTER SCHEMA masked OWNER TO {p}_owner;"
    yield f"GRANT USAGE ON SCHEMA masked TO {_READERS}, {{p}}_owner;"
    for table in TABLES:
        if not table.masked:
            continue
        kept = f"{table.masked[0]}_shown" in columns[table.name]
        names = [name for name in columns[table.name] if not name.endswith("_shown")]
        shown = [
            _shown(table, name, kept) if name in table.masked else f"r.{name}" for name in names
        ]
        if table.name == "quote":
            shown.append(f"{_QUOTE_STATE} AS state")
        option = "security_invoker" if kept else "security_barrier"
        rule = "" if kept else f" WHERE ({_seen_row(table)}) OR (SELECT of_the_server())"
        select = f"SELECT {', '.join(shown)} FROM public.{table.name} r{rule}"
        yield (
            f"CREATE VIEW masked.{table.name} WITH ({option}) AS {select};"
            f"ALTER VIEW masked.{table.name} OWNER TO {{p}}_owner;"
            f"GRANT SELECT ON masked.{table.name} TO {_READERS};"
        )
        if table.kind == "history":
            plain = ", ".join(f"r.{name}" for name in names if name not in table.masked)
            made = _ENTRIES.replace("{columns}", plain).replace("{entry}", select)
            yield made.replace("{readers}", _READERS)


def _shown(table: Table, name: str, kept: bool) -> str:
    """One masked column of a view."""
    if not kept:
        masked, whole = _MASKS[name].format(f"r.{name}"), f"r.{name}"
    elif name in _KEPT:
        masked, whole = f"r.{_KEPT[name]}", f"whole_text('{table.name}', '{name}', r.id)"
    else:
        masked, whole = _MASKS[name], f"whole_text('{table.name}', '{name}', r.id)"
    return f"CASE WHEN {_WHOLE} THEN {whole} ELSE {masked} END AS {name}"


def _seen_row(table: Table) -> str:
    if table.kind == "history":
        of_customer = next(t for t in TABLES if t.kind == "customer")
        return (
            f"(({_history_modules()}) AND (SELECT true FROM public.customer"
            f" WHERE customer.id = r.customer_id AND {_seen_row(of_customer)}))"
            f" OR ({_OF_THE_OFFICE}) OR ({_WATCHED})"
        )
    owned, shared = _SEEN[table.kind]
    if table.kind == "customer":  # found by its number, so no index of owners is given up
        owned = f"(SELECT {_holds('all')}) OR {_SEEN_MANY}"
    seen = f"{owned} OR {shared}".replace("{where}", "")
    alive = f" AND ({_ALIVE})" if table.record else ""
    return f"({seen}) AND {_likely(_viewed(table))}{alive}"


def grants(columns: dict[str, list[str]]) -> Iterator[str]:
    """Grants to the group roles; `columns` names each table's columns as they are."""
    for table in TABLES:
        if table.kind == "closed":
            continue
        if table.masked:
            plain = ", ".join(name for name in columns[table.name] if name not in table.masked)
            yield f"GRANT SELECT ({plain}) ON {table.name} TO {_READERS};"
            yield f"GRANT SELECT ({', '.join(table.masked)}) ON {table.name} TO {{p}}_whole;"
        else:
            yield f"GRANT SELECT ON {table.name} TO {_READERS};"
        writable = [
            name
            for name in columns[table.name]
            if name not in SYSTEM_COLUMNS and name not in table.never
        ]
        if table.insert:
            yield f"GRANT INSERT ({', '.join(writable)}) ON {table.name} TO {_READERS};"
        if table.update:
            changed = ", ".join(name for name in writable if name not in table.fixed)
            yield f"GRANT UPDATE ({changed}) ON {table.name} TO {_READERS};"
        if table.delete or table.private:
            yield f"GRANT DELETE ON {table.name} TO {_READERS};"
    yield f"GRANT INSERT (job, row, cells) ON import_row TO {_READERS};"
    yield "GRANT SELECT ON operator, share TO {p}_roles;"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# What only follows its customer to another owner is nobody's change of it.
_NOT_CARRIED = (
    " WHEN (NEW.owner_id = OLD.owner_id OR NEW.customer_id IS DISTINCT FROM OLD.customer_id)"
)


def _before(table: Table, name: str, events: str, call: str) -> Iterator[str]:
    """A BEFORE trigger for each row; on what hangs on a customer, two: updates have a condition."""
    updates = [event for event in events.split(" OR ") if event.startswith("UPDATE")]
    others = [event for event in events.split(" OR ") if event not in updates]
    parts = [(name, events, "")]
    if table.kind == "hanging" and updates:
        parts = [(f"{name}_update", updates[0], _NOT_CARRIED)]
        parts += [(name, " OR ".join(others), "")] if others else []
    for title, when, condition in parts:
        yield (
            f"CREATE TRIGGER {title} BEFORE {when} ON {table.name}"
            f" FOR EACH ROW{condition} EXECUTE FUNCTION {call};"
        )


def triggers() -> Iterator[str]:
    """Triggers in the order of their names: prepare, then stamp; history after the statement."""
    for table in TABLES:
        for order, (events, function) in enumerate(table.before):
            yield from _before(table, f"a{order}_{function}", events, f"{function}()")
        if table.record:
            stamp = f"stamp_record({_list(table.derived)})"
            yield from _before(table, "b_stamp", "INSERT OR UPDATE", stamp)
        if numbers := masking.typed(table):
            starred = " OR ".join(f"NEW.{n} LIKE '%****%'" for n in numbers)
            # Not asked of the values: EXPLAIN counts how often a trigger was called.
            masked = f"NOT {_holds('whole')}"
            ways = (
                (f"UPDATE OF {', '.join(numbers)}", masked, f"keep_masked_{table.name}()"),
                ("INSERT", starred, f"fill_masked({_list(tuple(numbers))})"),
            )
            for event, when, call in ways:
                yield (
                    f"CREATE TRIGGER a0_{call.partition('(')[0]} BEFORE {event} ON {table.name}"
                    f" FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {call};"
                )
        for events, function in table.after:
            yield (
                f"CREATE TRIGGER e_{function} AFTER {events} ON {table.name}"
                f" FOR EACH ROW EXECUTE FUNCTION {function}();"
            )
        for events, condition, function in table.at_end:
            yield (
                f"CREATE CONSTRAINT TRIGGER {function} AFTER {events} ON {table.name}"
                f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({condition})"
                f" EXECUTE FUNCTION {function}();"
            )
        for event, tables in _TRANSITIONS.items():
            for title, call in _after_statement(table, event):
                yield (
                    f"CREATE TRIGGER {title}_{event} AFTER {event.upper()} ON {table.name}"
                    f" REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {call};"
                )


def _after_statement(table: Table, event: str) -> Iterator[tuple[str, str]]:
    """What is called once after a statement, with the rows it changed: titles and calls."""
    if table.logged and event == "update":
        yield "c_record", f"record_update_{table.name}()"
    elif table.logged:
        left_out = (table.customer, *NO_HISTORY, *table.silent)
        yield "c_record", f"record_{event}({_list(left_out)})"
    if table.part:
        yield "d_part", f"{table.name}_{_PAST[event]}()"
    for function in table.statements:
        yield f"e_{function}", f"{function}()"


_TRANSITIONS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}
_PAST = {"insert": "inserted", "update": "updated", "delete": "deleted"}
