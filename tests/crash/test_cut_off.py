"""The network breaks anywhere within a save: the whole document is there, or nothing of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from client.data import login
from client.data.connection import Office
from client.data.deliveries import edit
from client.data.deliveries import store as deliveries
from client.data.errors import CommitUnknown, server_gone
from client.data.priced import documents, store
from client.data.priced.kinds import ORDER, QUOTE
from tests import servers
from tests.conftest import OfficeDatabase
from tests.crash.cutting import CuttingProxy
from tests.patience import wait_until
from tests.server import samples

MOST = 12  # messages of one save, far more than there are
# Everything that a save writes, in one text; what stamps differ by is left out.
STATE = """SELECT md5(string_agg(t.x, E'\\n' ORDER BY t.x)) FROM (
    {}
) t (x)"""
TABLES = (
    "sales_order",
    "order_line",
    "quote",
    "quote_line",
    "quote_revision",
    "receipt",
    "receipt_allocation",
    "delivery",
    "delivery_line",
    "number_counter",
    "number_taken",
    "history",
    "change",
)
WHOLE = STATE.format("\n    UNION ALL ".join(f"SELECT k::text FROM {name} k" for name in TABLES))

Step = Callable[[Office], Any]


@pytest.fixture
def cut(office_db: OfficeDatabase) -> Iterator[tuple[OfficeDatabase, CuttingProxy]]:
    with CuttingProxy(office_db.dsn["host"], int(office_db.dsn["port"])) as proxy:
        yield office_db, proxy


def through(office: OfficeDatabase, proxy: CuttingProxy) -> Office:
    """A login over the network that will break."""
    profile = replace(office.profile, host="127.0.0.1", port=proxy.port)
    return Office.open(profile, "boss", servers.PASSWORD)


def new_order(office: OfficeDatabase) -> Step:
    doc = samples.document(office, samples.customer(office, "boss"), wipe_off="0.5")
    return lambda opened: store.save_and_issue(opened, ORDER, doc, changed=True)


def edited_order(office: OfficeDatabase) -> Step:
    doc = samples.order(office, "boss", samples.customer(office, "boss"))
    found = samples.call(office, "boss", "order_document", doc["id"])
    doc = documents.take_document(found, ORDER)
    line = {**doc["lines"][0], "id": None, "quantity": 7}
    changed = doc | {"remarks": "edited", "lines": [line, *doc["lines"]]}
    return lambda opened: store.save(opened, ORDER, changed)


def sent_quote(office: OfficeDatabase) -> Step:
    doc = samples.document(office, samples.customer(office, "boss"), quote_date="2026-11-21")
    return lambda opened: store.save_and_issue(opened, QUOTE, doc, changed=True)


def quote_ordered(office: OfficeDatabase) -> Step:
    draft = samples.quote(office, "boss", samples.customer(office, "boss"))
    sent = samples.step(office, "boss", "send_quote", draft)
    return lambda opened: store.to_order(opened, sent["id"], sent["version"])


def money(office: OfficeDatabase) -> Step:
    own = samples.customer(office, "boss")
    one = samples.order(office, "boss", own)
    doc = samples.receipt(office, "boss", own, 30, {one["id"]: 20})
    return calls("post_receipt", doc)


def taken_back(office: OfficeDatabase) -> Step:
    own = samples.customer(office, "boss")
    one = samples.order(office, "boss", own)
    doc = samples.posted(office, "boss", own, 30, {one["id"]: 20})
    return calls("void_receipt", doc, "wrong")


def goods(office: OfficeDatabase) -> Step:
    one = samples.order(office, "boss", samples.customer(office, "boss"))
    return calls("advance_delivery", samples.delivery(office, "boss", one["id"]), "shipped")


def calls(function: str, doc: dict[str, Any], *more: str) -> Step:
    """One function of the database in a transaction of its own."""
    marks = ", ".join(f"'{word}'" for word in more)
    query = f"SELECT {function}({doc['id']}, {doc['version']}{', ' if marks else ''}{marks})"

    def step(opened: Office) -> None:
        opened.run(lambda session: session.execute(text(query)))

    return step


def goods_typed(office: OfficeDatabase) -> Step:
    """A new delivery stored and sent off in one job, as the screen does."""
    one = samples.order(office, "boss", samples.customer(office, "boss"))
    line = one["lines"][0]
    goods = {"id": None, "order_line_id": line["id"], "quantity": line["quantity"]}
    doc = edit.blank() | {"order_id": one["id"], "lines": [goods]}
    return lambda opened: deliveries.save(opened, doc, step="shipped")


STEPS = (new_order, edited_order, sent_quote, quote_ordered, money, taken_back, goods, goods_typed)


@pytest.mark.parametrize("make", STEPS, ids=lambda make: make.__name__)
def test_whole_or_nothing(
    cut: tuple[OfficeDatabase, CuttingProxy], make: Callable[[OfficeDatabase], Step]
) -> None:
    office, proxy = cut
    outcomes, errors = set(), []
    for number in range(MOST):
        for answer in (False, True):
            step = make(office)
            opened = through(office, proxy)
            opened.run(lambda session: session.execute(text("SELECT 1")))
            before = samples.value(office, None, WHOLE)
            proxy.arm(number, answer)
            try:
                step(opened)
                failed = False
            except (DBAPIError, CommitUnknown, login.LoginRefused) as error:
                errors.append(error)
                failed = True
            finally:
                proxy.disarm()
                opened.close()
            assert all(isinstance(e, CommitUnknown) or server_gone(e) for e in errors)
            wait_for_the_server(office)
            changed = samples.value(office, None, WHOLE) != before
            outcomes.add((failed, changed))
            if changed:
                assert consistent(office)
            if not proxy.cut:
                assert not failed
                assert changed
                # Refused before anything, answered only by silence, and done: all were met.
                assert {(True, False), (False, True)} <= outcomes
                return
    raise AssertionError("the save never came to an end")


def wait_for_the_server(office: OfficeDatabase) -> None:
    """Until no session of the office is in the middle of something."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle' AND usename LIKE %s"
    )
    mine = f"{office.prefix}.%"
    wait_until("the server is done", lambda: samples.value(office, None, query, mine) == 0)


def consistent(office: OfficeDatabase) -> bool:
    """Nothing is half there: sums, states and numbers fit each other."""
    checks = (
        "SELECT count(*) FROM sales_order o WHERE total <> (SELECT coalesce(sum(amount), 0)"
        " FROM order_line WHERE order_id = o.id) OR NOT EXISTS (SELECT FROM order_line"
        " WHERE order_id = o.id)",
        "SELECT count(*) FROM sales_order o WHERE received <> (SELECT coalesce(sum(a.amount), 0)"
        " FROM receipt_allocation a JOIN receipt r ON r.id = a.receipt_id"
        " AND r.status <> 'draft' WHERE a.order_id = o.id)",
        "SELECT count(*) FROM quote q WHERE status <> 'draft' AND NOT EXISTS"
        " (SELECT FROM quote_revision WHERE quote_id = q.id AND revision = q.revision)",
        "SELECT count(*) FROM sales_order WHERE number IS NOT NULL AND status <> 'cancelled'"
        " AND status <> state_by_deliveries(id)",
        "SELECT count(*) FROM number_counter c WHERE kind <> 'customer' AND last <>"
        " (SELECT count(*) FROM number_taken t WHERE t.kind = c.kind AND t.period = c.period)",
    )
    return not any(samples.value(office, None, query) for query in checks)
