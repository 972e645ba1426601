"""Attempts with rights and records that are lent to the throw-away operator for the moment."""

import json
from collections.abc import Callable
from contextlib import closing

import psycopg2

from server_schema.attacks.attempt import (
    DENIED,
    HOLE,
    NOT_TRIED,
    NOTHING,
    REFUSED,
    Attempt,
    Stage,
    attempt,
    words,
)
from server_schema.attacks.scratch import lent
from server_schema.messages import N_

_PHONE = "13800001234"
_MINE = (
    "INSERT INTO customer (number, name, owner_id, phone)"
    f" VALUES ('{{login}}', 'x', {{me}}, '{_PHONE}')"
)
_ID = "(SELECT id FROM customer WHERE number = '{login}')"
_MASKED = {"customer.view": True, "customer.whole": False, "customer.reveal": True}
_EDITOR = ("operator.view", "operator.create", "operator.edit", "settings.view", "settings.edit")
_PUPPET = json.dumps({"code": "Z", "name": "Z", "scope": "department"})[1:-1]
_VERIFIER = "'SCRAM-SHA-256$4096:AA==$AA==:AA=='"


def _answer(stage: Stage, *statements: str) -> tuple[str, str, str]:
    """SQLSTATE, what the error tells, and the last answer of one transaction, rolled back."""
    with closing(stage.log_in()) as session, session.cursor() as cursor:
        try:
            for statement in statements:
                cursor.execute(statement.format(**stage.names))
            found = cursor.fetchall() if cursor.description else cursor.rowcount
        except psycopg2.Error as error:
            return error.pgcode or "", str(error), ""
        return "", "", str(found or "")


def _refused(stage: Stage, *statements: str) -> tuple[str, str]:
    state, told, found = _answer(stage, *statements)
    return (REFUSED, state) if state in DENIED else (HOLE, f"{state} {told}{found}".strip())


def failing_row(stage: Stage) -> tuple[str, str]:
    """The error of a constraint that a function meets must not tell the row."""
    cells = {"number": "{login}", "phone": "138****34", "order_date": "2026-01-01", "status": "x"}
    listed = ", ".join(f"'{key}', '{value}'" for key, value in cells.items())
    with lent(stage, {**_MASKED, "order.import": True, "order.approve": True}, _MINE):
        state, told, found = _answer(
            stage,
            "INSERT INTO import_row (job, row, cells) VALUES"
            f" (0, 1, jsonb_build_object('customer_id', {_ID}, {listed}))",
            "SELECT import_orders(0)",
        )
    if state in DENIED or (state == "23514" and _PHONE not in told):
        return REFUSED, state
    return HOLE, f"{state} {told}{found}".strip()


def reveal_and_roll_back(stage: Stage) -> tuple[str, str]:
    """A number is not shown before it is committed who looks at it."""
    with lent(stage, _MASKED, _MINE):
        return _refused(
            stage,
            f"SELECT begin_reveal('customer', {_ID}, 'phone')",
            f"SELECT reveal('customer', {_ID}, 'phone')",
        )


def printed_plan(stage: Stage) -> tuple[str, str]:
    """The plans of functions, which have in them what they have read, are not printed."""
    wanted = f"SELECT request_change({_ID}, '{{{{\"bank\": \"B\"}}}}', 'x')"
    with (
        lent(stage, {**_MASKED, "customer.edit": True}, _MINE),
        closing(stage.log_in()) as session,
        session.cursor() as cursor,
    ):
        cursor.execute("SET debug_print_plan = on; SET client_min_messages = log")
        try:
            cursor.execute(wanted.format(**stage.names))
        except psycopg2.errors.InsufficientPrivilege as error:
            return REFUSED, error.pgcode or ""
        told = " ".join(" ".join(session.notices).split())
    listed = " ".join(str(byte) for byte in _PHONE.encode())
    return (HOLE, listed) if listed in told else (REFUSED, "")


def right_guess(stage: Stage) -> tuple[str, str]:
    """A request for the account that is there is answered like any other."""
    own = _MINE.replace("phone", "bank_account")
    with lent(stage, {**_MASKED, "customer.edit": True}, own):
        right, wrong = (
            _answer(
                stage,
                f"SELECT request_change({_ID}, '{{{{\"bank_account\": \"{guess}\"}}}}', 'x')",
            )[0]
            for guess in (_PHONE, "1")
        )
    return (REFUSED, right) if right == wrong else (HOLE, f"{right} / {wrong}")


_GUESSES = (_PHONE, _PHONE.replace("0000", "9999"))  # the same masked


def right_merge(stage: Stage) -> tuple[str, str]:
    """A merge with the number that is there is told like one with another that looks like it."""
    rights = {**_MASKED, "customer.edit": True, "customer.delete": True}
    entered = (
        "INSERT INTO customer (number, name, owner_id, phone)"
        " VALUES ('{{login}}{0}', 'x', {{me}}, '{0}')"
    )
    with lent(stage, rights, _MINE, *(entered.format(guess) for guess in _GUESSES)):
        right, wrong = (
            _answer(
                stage,
                f"SELECT merge_customers({_ID}, (SELECT id FROM customer WHERE number ="
                f" '{{login}}{guess}'), '[\"phone\"]', 'x') -> 'fields'",
            )
            for guess in _GUESSES
        )
    return (REFUSED, right[2]) if right == wrong else (HOLE, f"{right} / {wrong}")


def right_change(stage: Stage) -> tuple[str, str]:
    """A change to the number that is there is explained like one to another."""
    rights = {**_MASKED, "customer.edit": True}
    explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF)"
    with lent(stage, rights, _MINE):
        right, wrong = (
            _answer(stage, f"{explain} UPDATE customer SET phone = '{guess}' WHERE id = {_ID}")
            for guess in _GUESSES
        )
    return (REFUSED, right[0]) if right == wrong else (HOLE, f"{right} / {wrong}")


def reveal_past_the_count(stage: Stage) -> tuple[str, str]:
    """A transaction that does not see what others have committed cannot be held to a number."""
    with lent(stage, _MASKED, _MINE):
        return _refused(
            stage,
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            f"SELECT begin_reveal('customer', {_ID}, 'phone')",
        )


def customer_of_what_was_sent(stage: Stage) -> tuple[str, str]:
    """What was sent tells its customer, so not to who may not view customers."""
    sent = (
        "INSERT INTO quote_revision (quote_id, customer_id, owner_id, revision, document) SELECT 0,"
        " id, owner_id, 1, '{{\"customer\": {{}}}}' FROM customer WHERE number = '{login}'"
    )
    with lent(stage, {"customer.view": False, "quote.view": True}, _MINE, sent):
        state, told, found = _answer(stage, "SELECT document FROM quote_revision")
    if state in DENIED:
        return REFUSED, state
    return (HOLE, f"{state} {told}{found}".strip()) if state or found else (NOTHING, "")


_DEPUTY = (
    "INSERT INTO deputy (absent_id, deputy_id, until) VALUES ({her_owner}, {me}, current_date + 1)"
)


def keep_what_is_lent(stage: Stage) -> tuple[str, str]:
    """A deputy who may hand over does not hand it to themselves."""
    if "hers" not in stage.names:
        return NOT_TRIED, ""
    with lent(stage, {"customer.view": True, "customer.assign": True}, _DEPUTY):
        return _refused(stage, "SELECT assign_customers(ARRAY[{hers}], {me}, 'x')")


def ask_for_what_is_lent(stage: Stage) -> tuple[str, str]:
    """Nor has a deputy a colleague approve that it becomes theirs."""
    if "hers" not in stage.names:
        return NOT_TRIED, ""
    rights = dict.fromkeys(("customer.view", "customer.edit", "customer.assign"), True)
    with lent(stage, rights, _DEPUTY):
        return _refused(
            stage, "SELECT request_change({hers}, jsonb_build_object('owner_id', {me}), 'x')"
        )


def lend_on(stage: Stage) -> tuple[str, str]:
    """A deputy cannot share for good what is seen for days."""
    if "hers" not in stage.names:
        return NOT_TRIED, ""
    with lent(stage, {"customer.view": True, "customer.edit": True}, _DEPUTY):
        return _refused(stage, "SELECT share_customer({hers}, {me}, '9999-12-31')")


def hang_on_the_deleted(stage: Stage) -> tuple[str, str]:
    """Nothing new is hung on what lies in the bin."""
    deleted = "UPDATE customer SET deleted_at = now() WHERE number = '{login}'"
    with lent(stage, {"customer.view": True, "customer.edit": True}, _MINE, deleted):
        return _refused(
            stage,
            "SET LOCAL kehu.bin = 'on'",
            f"INSERT INTO contact (customer_id, name) VALUES ({_ID}, 'x')",
        )


def _change_created(module: str, insert: str, update: str) -> Callable[[Stage], tuple[str, str]]:
    def tried(stage: Stage) -> tuple[str, str]:
        rights = {"customer.view": True, f"{module}.view": True, f"{module}.create": True}
        with lent(stage, {**rights, f"{module}.edit": False}, _MINE):
            state, told, found = _answer(stage, insert, update)
        if state in DENIED:
            return REFUSED, state
        return (HOLE, f"{state} {told}{found}".strip()) if state or found else (NOTHING, "")

    tried.__name__ = update
    return tried


def _as_editor(*statements: str) -> Callable[[Stage], tuple[str, str]]:
    def tried(stage: Stage) -> tuple[str, str]:
        if not words(statements) <= stage.names.keys():
            return NOT_TRIED, ""  # the office has nothing of the kind yet
        with lent(stage, dict.fromkeys(_EDITOR, True)):
            return _refused(stage, *statements)

    tried.__name__ = statements[-1]
    return tried


ATTEMPTS: tuple[Attempt, ...] = (
    attempt(
        "failing-row",
        N_("read a masked number in the error of a row that is refused"),
        failing_row,
    ),
    attempt("plan", N_("read a masked number in the plans that functions make"), printed_plan),
    attempt(
        "reveal",
        N_("look at a masked number and take back that it was written down"),
        reveal_and_roll_back,
        reveal_past_the_count,
    ),
    attempt(
        "guess",
        N_("guess a masked number and be told that it is right"),
        right_guess,
        right_merge,
        right_change,
    ),
    attempt(
        "lend-on",
        N_("keep for good what a deputy sees for days"),
        lend_on,
        keep_what_is_lent,
        ask_for_what_is_lent,
    ),
    attempt(
        "create-only",
        N_("change a record as somebody who may only create some"),
        _change_created(
            "customer",
            f"INSERT INTO contact (customer_id, name) VALUES ({_ID}, 'x')",
            f"UPDATE contact SET name = 'y' WHERE customer_id = {_ID} RETURNING name",
        ),
        _change_created(
            "order",
            "INSERT INTO sales_order (customer_id, order_date, salesperson_id)"
            f" VALUES ({_ID}, current_date, {{me}})",
            f"UPDATE sales_order SET remarks = 'y' WHERE customer_id = {_ID} RETURNING remarks",
        ),
    ),
    attempt(
        "sent",
        N_("read of customers in sent quotes without the right to view customers"),
        customer_of_what_was_sent,
    ),
    attempt("deleted", N_("hang something on a deleted customer"), hang_on_the_deleted),
    attempt(
        "editor",
        N_("see more as somebody who may edit operators and places"),
        _as_editor(
            f"SELECT save_operator('{{{{{_PUPPET}}}}}'::jsonb || jsonb_build_object("
            "'department_id', {her_place},"
            " 'rights', (SELECT rights FROM operator WHERE id = {me})), NULL)"
        ),
        _as_editor(
            # Elsewhere than it stands: who leaves it where it is moves nothing.
            "UPDATE department d SET parent_id = CASE WHEN parent_id IS NULL THEN"
            " (SELECT min(id) FROM department WHERE id <> d.id) END WHERE id = {her_place}"
        ),
        _as_editor(f"SELECT set_login({{her_owner}}, 'x', {_VERIFIER}, false)"),
        _as_editor("SELECT redact_history((SELECT max(id) FROM history), 'x')"),
    ),
)
