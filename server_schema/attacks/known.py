"""What is known to go through. PostgreSQL cannot forbid it; nothing of a row's values is in it."""

from server_schema.attacks.attempt import Attempt, attempt
from server_schema.messages import N_

ATTEMPTS: tuple[Attempt, ...] = (
    attempt(
        "sizes",
        N_("read how large tables are"),
        "SELECT pg_table_size('customer')",
        "SELECT pg_database_size(current_database())",
        "SELECT reltuples FROM pg_class WHERE relname = 'customer'",
        "SELECT n_live_tup, n_tup_ins FROM pg_stat_user_tables WHERE relname = 'customer'",
        "SELECT currtid2('order_line', '(0,1)')",
        leak=N_("How many rows a table has in all, roughly, is known to every login."),
        states=("22023", "XX000"),
    ),
    attempt(
        "estimates",
        N_("have a query explained"),
        "EXPLAIN SELECT 1 FROM customer WHERE owner_id = {other}",
        "EXPLAIN SELECT 1 FROM customer WHERE name = '{her_name}'",
        leak=N_("The planner's estimates are made of everybody's rows."),
    ),
    attempt(
        "rows-removed",
        N_("count hidden rows with EXPLAIN ANALYZE, or by the time a look-up takes"),
        "EXPLAIN (ANALYZE, TIMING OFF) SELECT 1 FROM customer WHERE number = '{her_number}'",
        "EXPLAIN (ANALYZE, BUFFERS) SELECT 1 FROM customer WHERE number = '{her_number}'",
        leak=N_(
            "Who guesses an indexed value whole, such as a number, can tell that a hidden row has"
            " it, and how many rows a table has; the row is not shown."
        ),
    ),
    attempt(
        "names",
        N_("read the names of logins, and who is connected"),
        "SELECT rolname FROM pg_roles WHERE rolname <> session_user",
        "SELECT usename, backend_start FROM pg_stat_activity",
        leak=N_("Logins are known to every login, and when they are connected."),
    ),
    attempt(
        "catalogue",
        N_("read how tables, rules and functions are made"),
        "SELECT prosrc FROM pg_proc WHERE proname = 'visible_operators'",
        "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy",
        "SELECT conname FROM pg_constraint",
        leak=N_("The rules can be read; they hold no secret."),
    ),
    attempt(
        "numbers",
        N_("learn from numbers"),
        "SELECT 1 FROM number_series('order', '{period}')",
        leak=N_("Numbers have no gaps, so how many there are is known."),
    ),
    attempt(
        "exists",
        N_("learn that a record exists"),
        "SELECT 1 WHERE record_fate('sales_order', {her_order}) = 'KH003'",
        "SELECT import_taken('customer', 'number', ARRAY['{her_number}'])",
        (
            "INSERT INTO import_row (job, row, cells)"
            ' VALUES (0, 1, \'{{"name": "x", "number": "{her_number}"}}\')',
            "SELECT import_customers(0, 1, false)",
        ),
        leak=N_("That a record or number exists is said; importers also learn whose it is."),
        states=("23505",),
    ),
    attempt(
        "listen",
        N_("listen to what changes"),
        "LISTEN kehu",
        leak=N_("That something changed, and its id, is known to every login."),
    ),
    attempt(
        "notify",
        N_("forge a notice"),
        "NOTIFY kehu, 'customer:update:1,2,3'",
        "SELECT pg_notify('kehu', 'customer:update:many')",
        leak=N_("A false notice makes programs read again, and shows nobody anything."),
    ),
    attempt(
        "locks",
        N_("hold others up with locks and long work"),
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT seal_history(1)",
        "LOCK TABLE customer IN ACCESS SHARE MODE NOWAIT",
        "LOCK TABLE order_line IN ACCESS EXCLUSIVE MODE NOWAIT",
        "SET statement_timeout = 0",
        "SET idle_in_transaction_session_timeout = 0",
        leak=N_(
            "Whoever logs in can slow the others down; the server names the session, and an"
            " administrator ends it."
        ),
        states=("55P03",),
    ),
    attempt(
        "large-objects",
        N_("fill the disk with large objects or messages"),
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT pg_logical_emit_message(true, 'x', 'x')",
        leak=N_("Whoever logs in can fill the disk; such objects are listed with their maker."),
    ),
    attempt(
        "computer",
        N_("report another computer or way to the history"),
        "SET kehu.computer = 'other'",
        "SET kehu.via = 'import'",
        leak=N_("Computer name and way are as reported; who and from which address are not."),
    ),
)
