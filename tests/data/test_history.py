"""The history in sentences, and the way back: as real operators, on a real office."""

import re
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import server_schema
from client.data import records
from client.data.errors import KnownError, sentence
from client.data.history import day, entries, names, put_back, sentences
from client.data.history.entries import Wanted
from client.i18n import use
from client.model import Contact, Customer, Product, Region
from tests.server import samples

WHY = "Agreed"  # key fields change with a reason only
LATER = "SELECT clock_timestamp()"


def told(login, of, **more):
    """The sentences about one record, the latest first."""
    with login.session() as session:
        found = entries.read(session, Wanted(of=of, **more))
        called = names.collect(session, found)
        return [line.sentence for entry in found for line in sentences.lines(entry, called, of)]


def latest(login, of):
    with login.session() as session:
        return entries.read(session, Wanted(of=of))


def save(login, entity, id_=None, **values):
    with login.session() as session:
        base = records.load(session, entity, id_) if id_ else {}
        return records.save(session, entity, base | values, base, reason=WHY)["id"]


def load(login, entity, id_):
    with login.session() as session:
        return records.load(session, entity, id_)


def test_changes_are_sentences_with_the_names_of_what_is_pointed_at(office):
    boss, admin = office.login("boss"), office.login("admin")
    south = save(admin, Region, code="S", name="South")
    mine = save(boss, Customer, name="Star", phone="020-1")
    save(boss, Customer, mine, phone="020-2", region_id=south, credit_limit=Decimal("1200"))
    save(boss, Customer, mine, credit_limit=None)
    save(boss, Contact, customer_id=mine, name="Chen")
    save(boss, Customer, mine, name="Moon")
    save(boss, Customer, mine, owner_id=office.id_of("ann"))
    assert told(boss, ("customer", mine)) == [
        "Boss handed the customer over from Boss to Ann",
        "Boss changed Customer name from Star to Moon",
        "Boss entered contact Chen",
        "Boss emptied Credit limit, which was 1,200.00",
        "Boss changed Phone from 020-1 to 020-2",
        "Boss set Region to South",
        "Boss set Credit limit to 1,200.00",
        "Boss entered customer Star",
    ]
    use("zh_CN")
    assert "Boss 把电话从 020-1 改为 020-2" in told(boss, ("customer", mine))


def test_of_millions_of_characters_the_beginning_is_told(office):
    boss = office.login("boss")
    mine = save(boss, Customer, name="Long")
    limit = "CONSTRAINT customer_remarks_check"  # there was none at first
    office.ask(None, f"ALTER TABLE customer DROP {limit}")
    office.ask("boss", "UPDATE customer SET remarks = repeat('x', 3000000) WHERE id = %s", mine)
    office.ask(None, f"ALTER TABLE customer ADD {limit} CHECK (length(remarks) <= 10000) NOT VALID")
    (said, _entered) = told(boss, ("customer", mine))
    assert said.startswith("Boss set Remarks to xxx")
    assert len(said) < 20_000
    assert latest(boss, ("customer", mine))[0].after["remarks"] == "x" * 3_000_000


def test_the_lines_of_an_order_are_called_by_their_products(office):
    mine = samples.customer(office, "ann", "Orders")
    doc = samples.draft(office, "ann", mine)
    doc["lines"][0]["quantity"] = "5"
    doc = samples.save(office, "ann", doc, doc["version"])
    samples.save(office, "ann", doc | {"lines": []}, doc["version"])
    found = told(office.login("ann"), ("sales_order", doc["id"]))
    assert "Ann changed Quantity of Thing from 2 to 5" in found
    assert "Ann added Thing: 2 × 10.00" in found
    assert "Ann took Thing: 5 × 10.00 out" in found


def test_it_says_how_and_from_where(office):
    mine = samples.customer(office, "ann", "By hand and by SQL")
    save(office.login("ann"), Customer, mine, phone="1")
    by_hand, by_sql = latest(office.login("ann"), ("customer", mine))
    assert by_sql.via == ""
    assert sentences.through(by_sql).startswith("SQL")
    assert sentences.through(by_hand).startswith("by hand · ")
    assert by_hand.computer


def test_a_redaction_is_told_of(office):
    mine = samples.customer(office, "ann", "Redacted Ltd")
    office.ask("ann", "SELECT seal_history(20000)")
    (entry,) = latest(office.login("ann"), ("customer", mine))
    office.ask("admin", "SELECT redact_history(%s, 'she asked for it')", entry.id)
    assert told(office.login("ann"), ("customer", mine)) == [
        "Administrator took away what an entry of Redacted Ltd held: she asked for it",
        "Ann entered customer Redacted Ltd",
    ]


def test_it_is_filtered_by_person_field_time_and_words(office):
    ann, boss = office.login("ann"), office.login("boss")
    mine = save(ann, Customer, name="Filtered")
    save(ann, Customer, mine, phone="0755-99", fax="7")
    with boss.session() as session:
        between = session.scalar(text(LATER))
    save(boss, Customer, mine, phone="0755-88")

    def ids(**more):
        with boss.session() as session:
            found = entries.read(session, Wanted(of=("customer", mine), **more))
            return [entry.id for entry in found]

    last, middle, first = ids()
    assert ids(operator=office.id_of("boss")) == [last]
    assert ids(field="phone") == [last, middle]
    assert ids(field="fax") == [middle]
    assert ids(since=between) == [last]
    assert ids(until=between) == [middle, first]
    assert ids(words="0755-88") == [last]
    assert ids(words="50%") == []
    with boss.session() as session:
        page = entries.read(session, Wanted(of=("customer", mine)), before=last, limit=1)
    assert [entry.id for entry in page] == [middle]


def test_nobody_reads_of_what_is_not_theirs_in_the_bin_or_out_of_it(office):
    hers = samples.customer(office, "eve", "Not for others")
    samples.contact(office, "eve", hers)
    whole = len(latest(office.login("boss"), ("customer", hers)))
    office.ask("boss", "SELECT delete_records('customer', ARRAY[%s])", hers)
    query = "SELECT count(*) FROM history WHERE customer_id = %s"
    for user, sees in (("boss", True), ("eve", True), ("serge", True), ("ann", False)):
        login = office.login(user)
        with login.session() as session:
            every = entries.read(session, Wanted(), limit=1000)
            listed = [entry for entry in every if entry.customer == hers]
        with closing(office.psql(user)) as connection, connection.cursor() as cursor:
            cursor.execute("SET kehu.bin = 'on'")
            cursor.execute(query, (hers,))
            counted = cursor.fetchone()[0]
        assert len(listed) == counted == (whole + 2 if sees else 0), user
        assert len(latest(login, ("customer", hers))) == counted, user
        if sees:
            assert any("deleted" in s for s in told(login, ("customer", hers)))


def test_a_field_is_put_back_with_a_reason(office):
    ann = office.login("ann")
    mine = save(ann, Customer, name="Back", phone="1", tags=["old"], founded_on=date(2001, 2, 3))
    save(ann, Customer, mine, phone="2", tags=["new"], founded_on=None)
    entry = latest(ann, ("customer", mine))[0]
    for name in ("phone", "founded_on"):
        with ann.session() as session:
            put_back.field(session, entry, name)
    now = load(ann, Customer, mine)
    assert (now["phone"], now["tags"], now["founded_on"]) == ("1", ["new"], date(2001, 2, 3))
    newest = latest(ann, ("customer", mine))[0]
    assert sentences.through(newest).startswith("put back")
    with ann.session() as session, pytest.raises(KnownError, match="already"):
        put_back.field(session, entry, "phone")


def test_an_owner_is_put_back_only_by_who_may_hand_over(office):
    boss, bob = office.login("boss"), office.login("bob")
    mine = samples.customer(office, "ann", "Goes back")
    save(boss, Customer, mine, owner_id=office.id_of("bob"))
    entry = latest(boss, ("customer", mine))[0]
    with pytest.raises(DBAPIError) as refused, bob.session() as session:
        put_back.field(session, entry, "owner_id", reason="Ann knows them")
    assert "right" in sentence(refused.value)
    with boss.session() as session:
        put_back.field(session, entry, "owner_id", reason="Ann knows them")
    assert load(boss, Customer, mine)["owner_id"] == office.id_of("ann")


def test_what_changed_meanwhile_and_what_nobody_types_is_refused(office):
    ann = office.login("ann")
    mine = save(ann, Customer, name="Refused", phone="1")
    save(ann, Customer, mine, phone="2")
    entry, entered = latest(ann, ("customer", mine))
    seen = load(ann, Customer, mine)["version"]
    save(ann, Customer, mine, fax="9")
    with ann.session() as session, pytest.raises(KnownError, match="after you looked"):
        put_back.field(session, entry, "phone", seen)
    assert not put_back.may(entered, "number")
    with ann.session() as session, pytest.raises(KnownError, match="Nobody types"):
        put_back.field(session, entry, "number")
    serge = office.login("serge")
    with serge.session() as session, pytest.raises(KnownError, match="belongs to somebody else"):
        put_back.field(session, entry, "phone")


def test_a_whole_order_is_put_back_while_it_may_change(office):
    ann = office.login("ann")
    mine = samples.customer(office, "ann", "Order back")
    doc = samples.draft(office, "ann", mine)
    changed = doc | {"remarks": "other", "lines": [{**samples.LINE, "position": 1}]}
    changed["lines"][0] |= {"product_id": samples.product(office, "Q"), "quantity": "7"}
    after = samples.save(office, "ann", changed, doc["version"])
    entry = next(e for e in latest(ann, ("sales_order", doc["id"])) if "remarks" in e.after)
    with ann.session() as session:
        put_back.record(session, entry)
    now = samples.call(office, "ann", "order_document", doc["id"])
    kept = ("code", "name", "quantity", "unit_price", "amount", "position")
    assert [[line[k] for k in kept] for line in now["lines"]] == [
        [line[k] for k in kept] for line in doc["lines"]
    ]
    assert (now["remarks"], now["total"]) == (doc["remarks"], doc["total"])
    assert after["total"] == 70
    samples.submit(office, "ann", now)
    cancelled = samples.call(office, "ann", "order_document", doc["id"])
    samples.call(office, "boss", "cancel_order", doc["id"], cancelled["version"], "no")
    with pytest.raises(DBAPIError) as refused, ann.session() as session:
        put_back.record(session, entry)
    assert "cancelled meanwhile" in sentence(refused.value)


def test_products_operators_and_settings_go_back_too(office):
    admin = office.login("admin")
    goods = save(admin, Product, code="BACK", name="Old", unit_price=Decimal("1.2345"))
    save(admin, Product, goods, name="New", unit_price=Decimal("9"))
    with admin.session() as session:
        put_back.record(session, latest(admin, ("product", goods))[0])
    now = load(admin, Product, goods)
    assert (now["name"], now["unit_price"]) == ("Old", Decimal("1.2345"))
    eve = office.id_of("eve")
    rename = "SELECT save_operator(jsonb_build_object('id', id, 'name', 'Eva'), version)"
    office.ask("admin", f"{rename} FROM operator WHERE id = %s", eve)
    with admin.session() as session:
        put_back.field(session, latest(admin, ("operator", eve))[0], "name")
    assert office.ask("admin", "SELECT name FROM operator WHERE id = %s", eve) == [("Eve",)]
    office.ask("admin", "UPDATE setting SET value = '7' WHERE key = 'payment_days'")
    assert "Days to pay" in told(admin, ("setting", 1))[0]
    with admin.session() as session:
        put_back.field(session, latest(admin, ("setting", 1))[0], "payment_days")
    value = office.ask("ann", "SELECT value FROM setting WHERE key = 'payment_days'")
    assert value == [(30,)]


def moment(login):
    with login.session() as session:
        found: datetime = session.scalar(text(LATER))
        return found


def test_a_customer_as_of_a_moment(office):
    boss = office.login("boss")
    before = moment(boss)
    mine = save(boss, Customer, name="Then", phone="1", credit_limit=Decimal("5.50"))
    person = save(boss, Contact, customer_id=mine, name="Chen")
    then = moment(boss)
    save(boss, Customer, mine, name="Now", phone=None, owner_id=office.id_of("eve"))
    save(boss, Contact, person, name="Chen Hao", is_primary=True)
    late = save(boss, Contact, customer_id=mine, name="Late")
    later = moment(boss)
    office.ask("boss", "SELECT delete_records('contact', ARRAY[%s])", late)
    with boss.session() as session:
        assert day.customer_as_of(session, mine, before).form is None
        was = day.customer_as_of(session, mine, then)
        soon = day.customer_as_of(session, mine, later)
        now = day.customer_as_of(session, mine, moment(boss))
    values = was.form.values
    assert (values["name"], values["phone"], values["credit_limit"]) == ("Then", "1", 5.50)
    assert values["owner_id"] == office.id_of("boss")
    assert [p["name"] for p in was.contacts] == ["Chen"]
    assert [p["name"] for p in soon.contacts] == ["Chen Hao", "Late"]
    assert [p["name"] for p in now.contacts] == ["Chen Hao"]
    office.ask("boss", "SELECT delete_records('customer', ARRAY[%s])", mine)
    with boss.session() as session:
        assert day.customer_as_of(session, mine, datetime.now(UTC)).form is None
        assert day.customer_as_of(session, mine, then).form.values["name"] == "Then"
    with office.login("ann").session() as session:
        assert day.customer_as_of(session, mine, then).form is None


def test_somebody_forgotten_is_no_more_in_the_past(office):
    boss = office.login("boss")
    mine = save(boss, Customer, name="Forgets")
    person = save(boss, Contact, customer_id=mine, name="Forgotten")
    save(boss, Contact, person, phone="020-1")
    then = moment(boss)
    deletion = samples.value(office, "boss", "SELECT delete_records('contact', ARRAY[%s])", person)
    purge = "SELECT purge_records(%s, 'asked for', true)"
    assert samples.value(office, "admin", purge, deletion) == 1
    said = [line for line in told(boss, ("customer", mine)) if "took away" not in line]
    assert said == [
        "Administrator erased contact for good",
        "Boss deleted contact",
        "Boss changed contact; what it was is erased.",
        "Boss entered contact",
        "Boss entered customer Forgets",
    ]
    with boss.session() as session:
        assert day.customer_as_of(session, mine, then).contacts == ()


EDITS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Ä 星河", "b", "=1+1"]),
        "phone": st.none() | st.sampled_from(["1", "020-8888"]),
        "credit_limit": st.none()
        | st.decimals(0, Decimal("999999999999.99"), places=2, allow_nan=False),
        "founded_on": st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31)),
        "tags": st.lists(st.sampled_from(["a", "b", "钻石"]), max_size=2, unique=True),
        "status": st.sampled_from(["potential", "member", "lost"]),
        "remarks": st.none() | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    },
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(EDITS, min_size=1, max_size=6), choose=st.integers(0, 5))
def test_putting_back_restores_exactly_what_was(office, edits, choose):
    ann = office.login("ann")
    mine = save(ann, Customer, name="Start")
    known = records.writable(Customer)
    states, made = [load(ann, Customer, mine)], []
    for edit in edits:
        edit = {k: None if v == "" else v for k, v in edit.items()}
        before = states[-1]["version"]
        save(ann, Customer, mine, **edit)
        now = load(ann, Customer, mine)
        if now["version"] != before:
            made.append((latest(ann, ("customer", mine))[0], len(states) - 1))
            states.append(now)
    if made:
        entry, place = made[choose % len(made)]
        with suppress(KnownError), ann.session() as session:  # it may be like that already
            put_back.record(session, entry, reason="As it was")
        now = load(ann, Customer, mine)
        assert {n: now[n] for n in known} == {n: states[place][n] for n in known}
    ann.close()


@pytest.mark.parametrize("kind", ["quote", "receipt", "delivery"])
def test_every_kind_of_document_goes_back(office, kind):
    boss = office.login("boss")
    mine = samples.customer(office, "boss", f"Puts back a {kind}")
    sold = samples.order(office, "boss", mine)
    if kind == "receipt":
        doc = samples.receipt(office, "boss", mine, 9, {sold["id"]: 9})
    elif kind == "delivery":
        doc = samples.delivery(office, "boss", sold["id"])
    else:
        doc = samples.quote(office, "boss", mine)
    changed = doc | {"remarks": "other"}
    parts = "allocations" if kind == "receipt" else "lines"
    amount = "amount" if kind == "receipt" else "quantity"
    changed[parts] = [part | {amount: 1} for part in doc[parts]]
    samples.call(office, "boss", f"save_{kind}", changed, doc["version"])
    found = latest(boss, (kind, doc["id"]))
    entry = next(e for e in found if e.table == kind and "remarks" in e.after)
    part = next(e for e in found if e.table != kind and amount in e.after and e.op == "update")
    with boss.session() as session:
        put_back.field(session, part, amount)
    now = samples.call(office, "boss", f"{kind}_document", doc["id"])
    assert (now[parts][0][amount], now["remarks"]) == (doc[parts][0][amount], "other")
    with boss.session() as session:
        put_back.record(session, entry)
    now = samples.call(office, "boss", f"{kind}_document", doc["id"])
    assert (now[parts][0][amount], now["remarks"]) == (doc[parts][0][amount], doc["remarks"])


def test_every_way_that_the_database_writes_down_is_said_in_words():
    folder = Path(server_schema.__file__).parent / "sql" / "functions"
    sql = "\n".join(file.read_text("utf-8") for file in folder.glob("*.sql"))
    written = set(re.findall(r"set_config\('kehu\.via', '([^']+)'", sql))
    assert "hand-over undone" in written
    assert written <= sentences._WAYS.keys()
