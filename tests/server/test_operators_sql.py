"""Operators and their logins, as the database's functions keep them."""

import json
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import encrypt_password

from server_schema.names import BadName, normal_login, operator_role
from tests.server.samples import customer, refusal, value
from tests.servers import PASSWORD

SAVE = "SELECT save_operator(%s, %s)"
LOGIN = "SELECT set_login(%s, %s, %s, %s)"
OWN = "another long password"


@pytest.fixture(scope="module")
def verifier(office):
    """A verifier of PASSWORD; its text does not depend on the login."""
    with closing(office.psql("admin")) as connection:
        return encrypt_password(PASSWORD, "anybody", connection, "scram-sha-256")


def hire(office, code, **more):
    """A new operator without login; answers with their id."""
    doc = {"code": code, "name": code.title(), **more}
    return value(office, "admin", SAVE, json.dumps(doc), None)["id"]


def version(office, id_):
    return value(office, None, "SELECT version FROM operator WHERE id = %s", id_)


def change(office, user, id_, **values):
    """SQLSTATE of a change of an operator's record."""
    return refusal(office, user, SAVE, json.dumps({"id": id_, **values}), version(office, id_))


def test_a_new_operator_cannot_log_in_before_a_login_is_set(office, verifier):
    id_ = hire(office, "NEW")
    with pytest.raises(psycopg2.OperationalError):
        office.psql("new")
    office.ask("admin", LOGIN, id_, "new", verifier, False)
    assert value(office, "new", "SELECT me()") == id_
    assert value(office, "new", "SELECT my_rights() -> 'operator' ->> 'rights'") == "salesperson"


def test_a_newcomer_sets_a_password_and_nothing_else(office, verifier):
    id_ = hire(office, "FRESH", rights="boss", scope="all")
    office.ask("admin", LOGIN, id_, "fresh", verifier, True)
    for tried in (
        "SELECT name FROM customer",
        "SELECT me()",
        "SELECT my_rights()",
        "SELECT name FROM operator",
        "INSERT INTO customer (name) VALUES ('x')",
        "CREATE TEMPORARY TABLE t (id integer)",
        "SELECT can('customer', 'view')",
    ):
        assert refusal(office, "fresh", tried) == "42501", tried
    for wrong in ("plain text", "", "md5" + "0" * 32, None):
        assert refusal(office, "fresh", "SELECT set_my_password(%s)", wrong) == "KH005", wrong
    with closing(office.psql("fresh")) as connection, connection.cursor() as cursor:
        own = encrypt_password(OWN, f"{office.prefix}.fresh", connection, "scram-sha-256")
        cursor.execute("SELECT set_my_password(%s)", (own,))
    with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
        office.psql("fresh")
    with closing(office.psql("fresh", OWN)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT me(), can('customer', 'delete')")
        assert cursor.fetchone() == (id_, True)


def test_resetting_a_password_makes_a_newcomer_again(office, verifier):
    id_ = hire(office, "FORGOT")
    office.ask("admin", LOGIN, id_, "forgot", verifier, False)
    customer(office, "forgot", "Of Forgot")
    office.ask("admin", LOGIN, id_, "forgot", verifier, True)
    assert refusal(office, "forgot", "SELECT count(*) FROM customer") == "42501"


def test_a_newcomer_gets_what_was_shared_meanwhile(office, verifier):
    id_ = hire(office, "SHARED")
    office.ask("admin", LOGIN, id_, "shared", verifier, True)
    mine = customer(office, "ann", "Shared by Ann")
    office.ask("ann", "SELECT share_customer(%s, %s, '2200-01-01')", mine, id_)
    office.ask("shared", "SELECT set_my_password(%s)", verifier)
    assert value(office, "shared", "SELECT name FROM customer") == "Shared by Ann"


def test_a_verifier_is_never_shown_or_logged(office, verifier):
    columns = office.ask(
        None,
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'operator' AND column_name ~ 'pass|verif|secret'",
    )
    assert columns == []
    found = "SELECT count(*) FROM history WHERE after::text LIKE '%SCRAM%'"
    assert value(office, None, found) == 0


def test_the_last_administrator_stays(office):
    admin = office.id_of("admin")
    assert change(office, "admin", admin, active=False) == "KH005"
    assert change(office, "admin", admin, rights="boss") == "KH005"
    for needed in ("view", "edit"):  # who sees no operators has no page to change them on
        blind = "SELECT set_permission(%s, 'operator', %s, false)"
        assert refusal(office, "admin", blind, admin, needed) == "KH005"
        assert value(office, "admin", "SELECT can('operator', %s)", needed) is True


def test_with_a_second_administrator_the_first_can_go(office_db):
    second, admin = office_db.id_of("boss"), office_db.id_of("admin")
    assert change(office_db, "admin", second, rights="administrator") == ""
    assert change(office_db, "boss", admin, active=False) == ""
    assert change(office_db, "boss", second, active=False) == "KH005"


def test_two_administrators_do_not_disable_each_other_at_once(office_db):
    second, admin = office_db.id_of("boss"), office_db.id_of("admin")
    change(office_db, "admin", second, rights="administrator")
    first = office_db.psql("admin")
    first.autocommit = False
    doc = json.dumps({"id": second, "active": False})
    with first.cursor() as cursor:
        cursor.execute(SAVE, (doc, version(office_db, second)))
    # What keeps them from being changed is ended.
    assert change(office_db, "boss", admin, active=False) == ""
    with pytest.raises(psycopg2.Error):
        first.commit()
    assert change(office_db, "boss", second, active=False) == "KH005"


def test_only_administrators_make_and_change_administrators(office, verifier):
    """Somebody may be given the right to change operators without being one."""
    manager, ann, admin = (office.id_of(user) for user in ("manager", "ann", "admin"))
    office.ask("admin", "SELECT set_permission(%s, 'operator', 'edit', true)", manager)
    office.ask("admin", "SELECT set_permission(%s, 'operator', 'create', true)", manager)
    assert change(office, "manager", ann, phone="1") == ""
    assert change(office, "manager", ann, rights="administrator") == "42501"
    assert change(office, "manager", manager, rights="administrator") == "42501"
    assert change(office, "manager", admin, name="Fool") == "42501"
    assert refusal(office, "manager", LOGIN, admin, "admin", verifier, False) == "42501"
    new = json.dumps({"code": "A2", "name": "A2", "rights": "administrator"})
    assert refusal(office, "manager", SAVE, new, None) == "42501"
    deny = "SELECT set_permission(%s, 'customer', 'view', false)"
    assert refusal(office, "manager", deny, admin) == "42501"


def test_the_public_pool_is_not_a_person(office, verifier):
    pool = value(office, None, "SELECT id FROM operator WHERE built_in")
    assert change(office, "admin", pool, name="Somebody") == "KH004"
    assert refusal(office, "admin", LOGIN, pool, "pool", verifier, False) == "KH004"


def test_disabling_keeps_the_records_and_ends_the_login(office, verifier):
    id_ = hire(office, "LEAVES")
    office.ask("admin", LOGIN, id_, "leaves", verifier, False)
    customer(office, "leaves", "Left behind")
    assert change(office, "admin", id_, active=False) == ""
    with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
        office.psql("leaves")
    query = "SELECT owner_id FROM customer WHERE name = 'Left behind'"
    assert value(office, "boss", query) == id_
    assert change(office, "admin", id_, active=True) == ""
    assert value(office, "leaves", "SELECT count(*) FROM customer") == 1


def test_an_operator_is_never_erased(office):
    ann = office.id_of("ann")
    assert refusal(office, "admin", "DELETE FROM operator WHERE id = %s", ann) == "42501"
    assert refusal(office, "admin", "SELECT delete_records('operator', ARRAY[%s])", ann) == "42501"


def test_two_savers_the_second_is_told(office):
    id_ = hire(office, "TWICE")
    old = version(office, id_)
    assert change(office, "admin", id_, phone="1") == ""
    doc = json.dumps({"id": id_, "phone": "2"})
    assert refusal(office, "admin", SAVE, doc, old) == "KH002"
    assert refusal(office, "admin", SAVE, json.dumps({"id": 10**6}), 1) == "KH001"


def test_what_a_form_does_not_send_stays(office):
    id_ = hire(office, "PARTS", phone="123", scope="all")
    assert change(office, "admin", id_, email="p@example.com") == ""
    query = "SELECT phone, scope, email FROM operator WHERE id = %s"
    assert office.ask(None, query, id_) == [("123", "all", "p@example.com")]


@pytest.mark.parametrize(
    "login",
    ["", " ", "a b", "Ann", "a'b", 'a"b', "a;b", "a$b", "ａｎｎ", "a\tb", "a/b", "\u200ba", None],
)
def test_what_is_no_login_is_refused(office, verifier, login):
    id_ = value(office, None, "SELECT min(id) FROM operator WHERE code = 'NONE'")
    id_ = id_ or hire(office, "NONE")
    assert refusal(office, "admin", LOGIN, id_, login, verifier, False) == "KH005"


def test_a_long_chinese_login_is_not_cut_into_somebody_elses(office, verifier):
    """PostgreSQL keeps 63 bytes of a role's name; a Chinese character is three."""
    room = (63 - len(office.prefix) - 1) // 3
    fits, longer = "王" * room, "王" * (room + 1)
    first, second = hire(office, "W1"), hire(office, "W2")
    office.ask("admin", LOGIN, first, fits, verifier, False)
    assert value(office, fits, "SELECT me()") == first
    assert refusal(office, "admin", LOGIN, second, longer, verifier, False) == "KH005"
    with pytest.raises(BadName):
        operator_role(office.prefix, longer)


def test_a_login_is_there_once_and_never_changes(office, verifier):
    id_ = hire(office, "ONCE")
    assert refusal(office, "admin", LOGIN, id_, "ann", verifier, False) == "23505"
    office.ask("admin", LOGIN, id_, "once", verifier, False)
    assert refusal(office, "admin", LOGIN, id_, "twice", verifier, False) == "KH005"
    assert change(office, "admin", id_, login="twice") == ""
    assert value(office, None, "SELECT login FROM operator WHERE id = %s", id_) == "once"


def test_typed_logins_are_one_however_they_are_typed():
    assert normal_login("  ＡＮＮ ") == normal_login("Ann") == "ann"
    assert operator_role("kehu", "王敏") == "kehu.王敏"


@pytest.mark.parametrize(
    "wrong", [{"scope": "everything"}, {"rights": "god"}, {"code": ""}, {"name": ""}]
)
def test_impossible_operators_are_refused(office, wrong):
    doc = json.dumps({"code": "BAD", "name": "Bad", **wrong})
    assert refusal(office, "admin", SAVE, doc, None) in ("23514", "23503")


def test_rights_given_and_taken_from_one_operator(office):
    ann = office.id_of("ann")
    give = "SELECT set_permission(%s, 'customer', %s, %s)"
    can = "SELECT can('customer', 'delete'), can('customer', 'edit')"
    assert office.ask("ann", can) == [(False, True)]
    office.ask("admin", give, ann, "delete", True)
    office.ask("admin", give, ann, "edit", False)
    assert office.ask("ann", can) == [(True, False)]
    assert refusal(office, "ann", "UPDATE customer SET remarks = 'x'") == ""
    assert value(office, None, "SELECT count(*) FROM customer WHERE remarks = 'x'") == 0
    for action in ("delete", "edit"):
        office.ask("admin", give, ann, action, None)
    assert office.ask("ann", can) == [(False, True)]
