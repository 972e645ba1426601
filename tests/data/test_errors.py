"""Whatever the database refuses becomes a sentence that names the field and holds no SQL."""

from functools import cache

import psycopg2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from client import i18n
from client.data import errors
from client.data.formats import BadValue
from client.i18n import N_, _
from client.model import ENTITIES, Customer, fields
from tests.server.samples import customer

OURS = (
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
    "operator",
)
SQL = ("SELECT", "INSERT", "violates", "constraint", "relation", "psycopg", "KH0", "_id", "null")
CODES = "(code, name) VALUES ('DOUBLE', 'Double')"


@cache
def login(office, user):
    """An open login; closed with the office."""
    return office.login(user)


def failure(office, user, query, *values):
    """The error of a statement as the program meets it."""
    with pytest.raises(DBAPIError) as caught, login(office, user).session() as session:
        session.connection().exec_driver_sql(query, values or None)
    return caught.value


def spoken(error):
    """Its sentence in English, after looking at both languages."""
    assert errors.known(error)
    for language in ("zh_CN", "en"):
        i18n.use(language)
        said = errors.sentence(error)
        assert said
        assert "{" not in said
        assert not [word for word in SQL if word in said], said
        assert said != _(errors.UNEXPECTED)
    return said


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("INSERT INTO customer (name) VALUES ('')", "Customer name: a value is needed."),
        ("INSERT INTO customer (name) VALUES (NULL)", "Customer name: a value is needed."),
        ("INSERT INTO customer (kind) VALUES ('company')", "Customer name: a value is needed."),
        (
            "INSERT INTO customer (name, kind) VALUES ('x', 'alien')",
            "Kind: this value is out of range.",
        ),
        (
            "INSERT INTO customer (name, credit_limit) VALUES ('x', -1)",
            "Credit limit: this value is out of range.",
        ),
        (
            "INSERT INTO customer (name, credit_limit) VALUES ('x', 'NaN')",
            "Credit limit: this value is out of range.",
        ),
        (
            "INSERT INTO customer (name, region_id) VALUES ('x', 1000000)",
            "Region: the record it points at is not there (any more).",
        ),
        (
            "INSERT INTO customer (name) VALUES (repeat('x', 201))",
            "A text is longer than there is room for.",
        ),
        ("INSERT INTO customer (name, credit_limit) VALUES ('x', 1e300)", "A value: this value"),
        ("INSERT INTO customer (name, founded_on) VALUES ('x', '2026-02-30')", "A value: this"),
        (f"INSERT INTO region {CODES}, ('DOUBLE', 'Again')", "Region code: this value is taken"),
        (f"INSERT INTO industry {CODES}, ('D2', 'Double')", "Name: this value is taken already."),
        (
            "INSERT INTO region (code, name) VALUES ('', 'x')",
            "Region code: a value is needed.",
        ),
        (
            "UPDATE product SET tax_rate = 2 WHERE code = 'SOLD'",
            "Tax rate: this value is out of range.",
        ),
        ("UPDATE setting SET value = NULL", "A value: a value is needed."),
        ("DELETE FROM customer", "You do not have the right to do this."),
        ("SELECT delete_records('product', ARRAY[1000000])", "not one of yours"),
        ('SELECT save_operator(\'{"code": "", "name": "x"}\', NULL)', "Operator code: a value"),
        (
            'SELECT save_operator(\'{"code": "ANN", "name": "x"}\', NULL)',
            "Operator code: this value is taken already.",
        ),
        (
            "SELECT assign_customers('{}', 1000000)",
            "Choose an active operator.",
        ),
        (
            "SELECT set_login(me(), 'other', '', false)",
            "A login never changes.",
        ),
    ],
)
def test_each_refusal_has_its_sentence(office, query, said):
    office.ask(
        "admin",
        "INSERT INTO product (code, name) SELECT 'SOLD', 'Sold'"
        " WHERE NOT EXISTS (SELECT FROM product WHERE code = 'SOLD')",
    )
    assert said in spoken(failure(office, "admin", query))


def test_every_constraint_of_ours_leads_to_a_label(office):
    """A constraint that names no field would give a sentence nobody can act on."""
    query = (
        "SELECT conrelid::regclass::text, conname::text FROM pg_constraint"
        " WHERE conrelid::regclass::text = ANY (%s) AND contype IN ('c', 'u', 'f')"
    )
    unnamed = []
    for table, constraint in office.ask(None, query, list(OURS)):
        name = constraint.removeprefix(f"{table}_")
        for ending in ("_check", "_key", "_fkey"):
            name = name.removesuffix(ending)
        known = fields(ENTITIES[table])
        if name not in known and f"{name}_id" not in known:
            unnamed.append(f"{table}.{name}")
    # What no form can bring about: keys that carry the owner along, states functions keep, and
    # what is made of texts that have limits themselves.
    kept = ("_by", ".numbered", ".owner", "_owner_id", ".built_in", ".status")
    made = (".search", ".sort", ".sound")
    assert [name for name in unnamed if not name.endswith(kept + made)] == []


def test_a_label_is_in_the_language_of_its_reader(office):
    error = failure(office, "ann", "INSERT INTO customer (name) VALUES ('')")
    i18n.use("zh_CN")
    assert errors.sentence(error) == "客户名称：必须填写。"


def test_the_field_is_known_to_the_form(office):
    error = failure(office, "ann", "INSERT INTO customer (name, kind) VALUES ('x', 'alien')")
    assert errors.field_of(error) == "kind"
    assert errors.field_of(ValueError("x")) == ""


def test_characters_that_cannot_be_kept(office):
    query = r"""SELECT CAST('{"a": "\u0000"}' AS jsonb)"""
    assert "characters that cannot be kept" in spoken(failure(office, "ann", query))


def test_a_typed_value_that_cannot_be_speaks_for_itself():
    bad = BadValue(N_("This number is too long."))
    assert errors.known(bad)
    assert errors.sentence(bad) == "This number is too long."
    assert errors.sentence(errors.KnownError("Known.")) == "Known."


def test_a_lost_server_is_told_from_a_wrong_statement(office):
    end = "SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)"
    with pytest.raises(DBAPIError) as caught, office.login("ann").session() as session:
        session.execute(text(end))
    assert errors.server_gone(caught.value)
    assert "does not answer" in spoken(caught.value)
    wrong = failure(office, "ann", "SELECT nothing")
    assert not errors.server_gone(wrong)
    cancelled = failure(office, "ann", "SET statement_timeout = 1; SELECT pg_sleep(5)")
    assert not errors.server_gone(cancelled)
    assert spoken(cancelled) == "The work was cancelled."


@pytest.mark.parametrize("query", ["SELECT nothing", "SELEC", "SELECT 1 / 0 FROM nothing"])
def test_our_own_mistakes_are_ours(office, query):
    error = failure(office, "ann", query)
    assert not errors.known(error)
    assert errors.sentence(error) == errors.UNEXPECTED


def test_other_exceptions_are_ours_too():
    assert not errors.known(ValueError("x"))
    assert errors.sentence(ZeroDivisionError()) == errors.UNEXPECTED


def test_raw_errors_of_the_driver_are_understood(office):
    with pytest.raises(psycopg2.Error) as caught:
        office.ask("ann", "INSERT INTO customer (name) VALUES ('')")
    assert spoken(caught.value) == "Customer name: a value is needed."


def test_a_conflict_is_known():
    conflict = errors.Conflict({}, {}, {})
    assert errors.known(conflict)
    assert "meanwhile" in errors.sentence(conflict)


def test_the_bin_says_what_is_in_the_way(office):
    mine = customer(office, "clerk", "Bin")
    query = "INSERT INTO contact (customer_id, name) VALUES (%s, 'C') RETURNING id"
    person = office.ask("clerk", query, mine)[0][0]
    delete = "SELECT delete_records(%s, ARRAY[%s])"
    alone = office.ask("clerk", delete, "contact", person)[0][0]
    office.ask("clerk", delete, "customer", mine)
    error = failure(office, "boss", "SELECT restore_records(%s)", alone)
    assert "customer is deleted" in spoken(error)


def test_every_label_has_a_field_or_an_entity():
    assert fields(Customer)["name"].label == "Customer name"
    assert all(entity.LABEL for entity in ENTITIES.values())
