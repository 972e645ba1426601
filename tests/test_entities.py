"""The model says what the database has, and everything in it can be shown and stored."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from client.data.errors import sentence
from client.model import ENTITIES, Base, SalesOrder, fields
from client.model.base import STAMPS
from client.model.operator import ACTIONS, MODULES, RIGHTS, SCOPES
from resources.catalogues import merged
from server_schema import rights
from server_schema.tables import CODE_TABLES, TABLES
from tests.server.samples import customer, refusal, value

EVERY = sorted(ENTITIES)
KINDS = {
    "text", "long", "code", "phone", "money", "price", "quantity", "percent", "integer", "date",
    "moment", "yes_no", "choice", "reference", "references", "tags",
}  # fmt: skip


# Departments have a head and operators a department: no order of tables suits both.
@pytest.mark.filterwarnings("ignore:Cannot correctly sort tables")
@pytest.mark.filterwarnings("ignore:Can't validate argument 'dialect_options'")  # of NOT VALID
def test_the_database_has_the_columns_of_the_model(shared_office):
    """Columns, whether they may be empty, and types; indexes and keys are the schema's own."""
    engine = create_engine("postgresql+psycopg2://", creator=shared_office.superuser)

    def ours(thing, name, kind, _reflected, _compared):
        if kind == "column" and thing.table.name in ENTITIES:
            shown = name.endswith("_shown")  # of a masked column, for the views alone
            return not shown and name not in ENTITIES[thing.table.name].COMPUTED
        return kind in ("table", "column")

    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": False,
            "include_object": ours,
            "include_name": lambda name, kind, _parents: (
                kind != "table" or name in Base.metadata.tables
            ),
        }
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_every_kind_of_record_is_guarded():
    guarded = {table.name: table for table in TABLES}
    assert set(ENTITIES) <= set(guarded)
    assert set(CODE_TABLES) <= set(ENTITIES)
    for name, entity in ENTITIES.items():
        assert guarded[name].module == entity.MODULE, name


@pytest.mark.parametrize("name", EVERY)
def test_what_a_screen_asks_for_is_there(name):
    entity = ENTITIES[name]
    known = set(fields(entity)) | {*STAMPS, "id"}
    assert entity.LABEL
    assert entity.PLURAL
    assert {entity.TITLE} <= known
    assert not entity.CODE or entity.CODE in known
    assert set(entity.GRID) <= known | set(entity.FIGURES)
    assert set(entity.KEPT) <= set(entity.GRID)
    assert not set(entity.FIGURES) & known
    for section, names in entity.FORM:
        assert section
        assert set(names) <= known
        assert len(set(names)) == len(names)
    assert {word.lstrip("-") for word in entity.ORDER} <= known


@pytest.mark.parametrize("name", EVERY)
def test_what_must_be_given_can_be_typed(name):
    """A required field that no form shows could never be saved."""
    entity = ENTITIES[name]
    shown = {field for _section, names in entity.FORM for field in names}
    if not shown:
        return  # entered on a screen of its own
    # a contact's customer is the one on whose page it is entered
    needed = {n for n, f in fields(entity).items() if f.required} - {"customer_id"}
    assert needed <= shown


@pytest.mark.parametrize("name", EVERY)
def test_fields_are_whole(name):
    for field in fields(ENTITIES[name]).values():
        assert field.label, field.name
        assert field.kind in KINDS, field.name
        assert field.width > 0, field.name
        assert bool(field.choices) == (field.kind == "choice"), field.name
        assert bool(field.target) == (field.kind in ("reference", "references")), field.name
        assert not (field.required and field.readonly), field.name


def test_every_label_is_translated():
    known = {message.id for message in merged("zh_CN")}
    labels = set(STAMPS.values())
    for choices in (SCOPES, MODULES, ACTIONS, RIGHTS):
        labels |= {label for _value, label in choices}
    for entity in ENTITIES.values():
        labels |= {entity.LABEL, entity.PLURAL, *(section for section, _names in entity.FORM)}
        for field in fields(entity).values():
            labels |= {field.label, *(label for _value, label in field.choices)}
    assert labels - known == set()


@pytest.mark.parametrize("name", EVERY)
def test_headers_are_told_apart(name):
    """Two fields of one kind of record with the same label could not be imported again."""
    chinese = {message.id: message.string for message in merged("zh_CN")}
    labels = [field.label for field in fields(ENTITIES[name]).values()]
    assert len(set(labels)) == len(labels)
    assert len({chinese[label] for label in labels}) == len(labels)


def test_the_database_takes_every_choice_and_no_other(shared_office):
    office = shared_office
    query = "INSERT INTO customer (name, {name}) VALUES ('Choice', %s)"
    for name in ("kind", "status"):
        takes_all(office, query.format(name=name), fields(ENTITIES["customer"])[name].choices)
    query = "INSERT INTO contact (customer_id, name, gender) SELECT id, 'C', %s FROM customer"
    takes_all(office, f"{query} LIMIT 1", fields(ENTITIES["contact"])["gender"].choices)
    query = "UPDATE operator SET {name} = %s WHERE login = 'bob'"
    for name in ("scope", "rights"):
        takes_all(office, query.format(name=name), fields(ENTITIES["operator"])[name].choices)
    statuses = [status for status, _label in fields(SalesOrder)["status"].choices]
    query = (
        "INSERT INTO sales_order (customer_id, order_date, salesperson_id, status, number)"
        " SELECT id, '2026-01-01', 1, %s, nullif(%s, '') FROM customer LIMIT 1"
    )
    for status in statuses:
        assert refusal(office, None, query, status, "" if status == "draft" else status) == ""
    assert refusal(office, None, query, "lost", "N") == "23514"


def takes_all(office, query, choices):
    for stored, _label in choices:
        assert refusal(office, None, query, stored) == "", stored
    assert refusal(office, None, query, "nonsense") in ("23514", "23503")


def test_rights_are_the_same_on_both_sides(shared_office):
    modules, actions = {m for m, _label in MODULES}, {a for a, _label in ACTIONS}
    for role, module, action in rights.permissions():
        assert role in {code for code, _label in RIGHTS}
        assert module in modules
        assert action in actions
    assert set(rights.RIGHTS) == {code for code, _label in RIGHTS}
    stored = value(shared_office, None, "SELECT count(*) FROM permission")
    assert stored == len(rights.permissions())


def test_long_texts_have_the_same_limit_in_forms_and_in_the_database(shared_office):
    query = "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'"
    checks = dict(shared_office.ask(None, query))
    for name, entity in ENTITIES.items():
        for field in fields(entity).values():
            if field.kind in ("long", "tags") and name != "setting":
                limit = checks.get(f"{name}_{field.name}_check", "")
                assert f"<= {field.length})" in limit, (name, field.name)


def test_nobody_writes_a_text_without_an_end(shared_office):
    """What people may write with plain SQL has a length of its own, or a check; a key's index takes
    no long one, and the rows of an import are in no list.
    """
    query = (
        "SELECT DISTINCT c.relname::text, a.attname::text FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
        " AND c.relnamespace = 'public'::regnamespace"
        " JOIN pg_roles r ON starts_with(r.rolname, %s || '_')"
        " WHERE a.attnum > 0 AND NOT attisdropped AND atttypmod = -1 AND atttypid = ANY ("
        " ARRAY['text', 'varchar', 'jsonb', 'text[]', 'bytea', 'integer[]']::regtype[])"
        " AND r.rolname <> %s || '_owner' AND (has_column_privilege(r.oid, c.oid, attnum, 'INSERT')"
        " OR has_column_privilege(r.oid, c.oid, attnum, 'UPDATE'))"
        " AND NOT EXISTS (SELECT FROM pg_constraint k"
        " WHERE k.conrelid = c.oid AND k.contype = 'c' AND attnum = ANY (k.conkey))"
    )
    prefix = shared_office.prefix
    without = shared_office.ask(None, query, prefix, prefix)
    assert sorted(without) == [("import_row", "cells"), ("setting", "key")]
    long = "UPDATE customer SET remarks = repeat('x', 10001) WHERE id = %s"
    mine = customer(shared_office, "ann", "With remarks")
    assert refusal(shared_office, "ann", long, mine) == "23514"
    with shared_office.login("ann").session() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("UPDATE customer SET tags = ARRAY[repeat('x', 2001)]"))
    assert sentence(caught.value) == "Tags: at most 2000 characters fit here."
