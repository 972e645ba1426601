"""Roles with a name, exceptions, shares, deputies and explanations, as the database keeps them."""

import json
import threading

import psycopg2
import pytest

from client.model.operator import PAIRS
from server_schema.rights import RIGHTS
from tests.server.samples import call, customer, order, refusal, refused, value

DENIED = "42501"
SOON, PAST = "office_today() + 3", "office_today() - 1"


@pytest.fixture(scope="module")
def office(shared_office):
    """The manager may change operators without being an administrator."""
    for action in ("view", "create", "edit"):
        query = "SELECT set_permission(%s, 'operator', %s, true)"
        shared_office.ask("admin", query, shared_office.id_of("manager"), action)
    return shared_office


def role(office, code):
    return call(office, "admin", "role_document", code)


def save_role(office, user, doc, version=None):
    return call(office, user, "save_role", doc, version)


def own_role(office, name, *permissions):
    return save_role(office, "admin", {"name": name, "permissions": list(permissions)})


def change(office, user, login, **values):
    """SQLSTATE of a change of an operator's record."""
    version, id_ = office.ask(None, "SELECT version, id FROM operator WHERE login = %s", login)[0]
    query = "SELECT save_operator(%s, %s)"
    return refusal(office, user, query, json.dumps({"id": id_, **values}), version)


def can(office, user, pair):
    return value(office, user, "SELECT can(%s, %s)", *pair.split("."))


def test_the_ready_roles_are_what_the_list_says(office):
    for code, modules in RIGHTS.items():
        wanted = {f"{m}.{a}" for m, actions in modules.items() for a in actions.split()}
        found = role(office, code)
        assert set(found["permissions"]) >= {"customer.view"}, code
        assert set(found["permissions"]) == wanted, code
        assert found["name"] == ""


def test_every_pair_that_counts_can_be_ticked(office):
    """What some ready role may do, but the table does not offer, nobody could take away."""
    shown = {f"{module}.{action}" for module, actions in PAIRS.items() for action in actions}
    given = {p for code in RIGHTS for p in role(office, code)["permissions"]}
    meaningless = given - shown
    assert shown <= given
    assert not {p for p in meaningless if p.split(".")[1] in ("view", "create", "edit")}


def test_every_pair_the_database_asks_for_can_be_ticked(office):
    """Otherwise no office could give it to whom it wants."""
    asked = office.ask(
        None,
        "SELECT DISTINCT m[1], m[2] FROM ("
        " SELECT prosrc AS said FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT concat_ws(' ', qual, with_check) FROM pg_policies) t,"
        r" regexp_matches(said, $$can\('(\w+)'(?:::text)?, '(\w+)'$$, 'g') m",
    )
    assert ("customer", "approve") in asked
    assert [pair for pair in asked if pair[1] not in PAIRS[pair[0]]] == []


def test_a_copy_with_a_name_is_changed_and_given(office):
    copy = save_role(
        office,
        "admin",
        {"name": "仓管员", "permissions": role(office, "service")["permissions"]},
    )
    assert copy["code"] not in RIGHTS
    assert change(office, "admin", "eve", rights=copy["code"]) == ""
    assert not can(office, "eve", "delivery.submit")
    more = [*copy["permissions"], "delivery.submit"]
    saved = save_role(office, "admin", copy | {"permissions": more}, copy["version"])
    assert saved["version"] == copy["version"] + 1
    assert [person["name"] for person in saved["operators"]] == ["Eve"]
    assert can(office, "eve", "delivery.submit")
    rights = value(office, "eve", "SELECT my_rights()")
    assert "delivery.submit" in rights["permissions"]
    assert rights["roles"][copy["code"]] == "仓管员"
    # in use: it cannot go; then it can
    gone = ("delete_role", copy["code"], saved["version"])
    assert refused(office, "admin", *gone) == ("KH006", "role_used")
    assert change(office, "admin", "eve", rights="salesperson") == ""
    office.ask("admin", "SELECT delete_role(%s, %s)", copy["code"], saved["version"])
    assert value(office, "admin", "SELECT role_document(%s)", copy["code"]) is None


def test_changes_of_roles_are_in_the_history(office):
    made = own_role(office, "Told", "customer.view")
    save_role(office, "admin", made | {"permissions": ["customer.edit"]}, made["version"])
    query = (
        "SELECT op, coalesce(after, before) ->> 'action' FROM history"
        " WHERE table_name = 'permission' AND coalesce(after, before) ->> 'rights' = %s ORDER BY id"
    )
    found = office.ask("boss", query, made["code"])
    assert found == [("insert", "view"), ("erase", "view"), ("insert", "edit")]
    assert office.ask("ann", query, made["code"]) == []


@pytest.mark.parametrize(
    ("doc", "state"),
    [
        ({"name": "  ", "permissions": []}, "KH005"),
        ({"name": "X", "permissions": ["customer"]}, "22023"),
        ({"name": "X", "permissions": ["customer.view'; drop table x"]}, "22023"),
        ({"name": "x" * 70, "permissions": []}, "22001"),
        ({"code": "none", "name": "X", "permissions": []}, "KH001"),
    ],
)
def test_what_is_no_role_is_refused(office, doc, state):
    assert refused(office, "admin", "save_role", doc, 1)[0] == state


def test_two_roles_have_two_names_and_two_savers_are_told(office):
    first = own_role(office, "Only once", "customer.view")
    doc = {"name": "Only once", "permissions": []}
    assert refused(office, "admin", "save_role", doc, None) == ("KH005", "role_name_taken")
    save_role(office, "admin", first, first["version"])
    assert refused(office, "admin", "save_role", first, first["version"])[0] == "KH002"


def test_administrators_go_on_managing_operators(office):
    doc = role(office, "administrator")
    for lost in ("operator.edit", "operator.view", "operator.create"):
        less = doc | {"permissions": [p for p in doc["permissions"] if p != lost]}
        answer = refused(office, "admin", "save_role", less, doc["version"])
        assert answer == ("KH005", "administrator_keeps"), lost
    less = doc | {"permissions": [p for p in doc["permissions"] if p != "customer.import"]}
    weaker = save_role(office, "admin", less, doc["version"])
    assert not can(office, "admin", "customer.import")
    # an administrator may give what the role itself has lost, or nobody could bring it back
    save_role(office, "admin", doc, weaker["version"])
    assert can(office, "admin", "customer.import")
    assert refused(office, "admin", "delete_role", "boss", 1) == ("KH004", "ready_role")


def test_who_changes_operators_promotes_neither_themselves_nor_others(office):
    """The manager has operator.edit, and no more than that of an administrator."""
    copied = role(office, "administrator")["permissions"]
    copy = {"name": "Mine", "permissions": copied}
    assert refused(office, "manager", "save_role", copy, None)[0] == DENIED
    for code in ("administrator", "boss", "clerk"):
        doc = role(office, code)
        assert refused(office, "manager", "save_role", doc, doc["version"])[0] == DENIED, code
    mine = role(office, "manager")
    more = mine | {"permissions": [*mine["permissions"], "settings.edit"]}
    assert refused(office, "manager", "save_role", more, mine["version"])[0] == DENIED
    powerful = own_role(office, "Powerful", *copied)
    for login in ("ann", "manager"):
        assert change(office, "manager", login, rights=powerful["code"]) == DENIED
        assert change(office, "manager", login, rights="boss") == DENIED
        assert change(office, "manager", login, scope="all") == DENIED
    assert change(office, "manager", "boss", phone="1") == DENIED
    assert change(office, "manager", "manager", phone="1") == ""
    give = "SELECT set_permission(%s, %s, %s, %s)"
    for login in ("manager", "ann"):
        id_ = office.id_of(login)
        assert refusal(office, "manager", give, id_, "settings", "edit", True) == DENIED
        wanted = json.dumps({"settings.edit": True})
        query = "SELECT set_exceptions(%s, exceptions_of(%s), %s)"
        assert refusal(office, "manager", query, id_, id_, wanted) == DENIED
    login = "SELECT set_login(%s, 'boss', 'SCRAM-SHA-256$4096:AA==$AA==:AA==', false)"
    assert refusal(office, "manager", login, office.id_of("boss")) == DENIED
    # what they have themselves they may give
    small = save_role(office, "manager", {"name": "Small", "permissions": ["customer.view"]})
    assert change(office, "manager", "ann", rights=small["code"]) == ""
    assert change(office, "manager", "ann", rights="salesperson") == ""


def test_a_refusal_is_not_taken_back_by_who_lacks_it_too(office):
    clerk = office.id_of("bob")
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'comment', false)", clerk)
    manager = office.id_of("manager")
    office.ask("admin", "SELECT set_permission(%s, 'customer', 'comment', false)", manager)
    back = "SELECT set_permission(%s, 'customer', 'comment', NULL)"
    assert refusal(office, "manager", back, clerk) == DENIED
    for id_ in (clerk, manager):
        office.ask("admin", back, id_)


def test_exceptions_are_saved_together_and_never_over_another_hand(office):
    ann = office.id_of("ann")
    put = "SELECT set_exceptions(%s, %s, %s)"
    wanted = json.dumps({"customer.delete": True, "customer.edit": False})
    office.ask("admin", put, ann, "{}", wanted)
    assert (can(office, "ann", "customer.delete"), can(office, "ann", "customer.edit")) == (1, 0)
    assert value(office, "ann", "SELECT exceptions_of(me())") == json.loads(wanted)
    assert refusal(office, "admin", put, ann, "{}", "{}") == "KH002"
    office.ask("admin", put, ann, wanted, "{}")
    assert can(office, "ann", "customer.edit")
    assert refusal(office, "ann", put, ann, "{}", wanted) == DENIED


def test_a_changed_role_ends_sessions_after_its_commit(office):
    session = office.psql("bob")
    doc = role(office, "salesperson")
    more = doc | {"permissions": [*doc["permissions"], "customer.delete"]}
    saved = save_role(office, "admin", more, doc["version"])
    with session.cursor() as cursor:
        cursor.execute("SELECT can('customer', 'delete')")  # asked anew at every statement
        assert cursor.fetchone() == (True,)
    pending = "SELECT count(*) FROM operator WHERE rights_changed_at > now() - interval '9 s'"
    assert value(office, None, pending) >= 3
    for person in saved["operators"]:
        office.ask("admin", "SELECT end_sessions(%s)", person["id"])
    with pytest.raises(psycopg2.OperationalError), session.cursor() as cursor:
        cursor.execute("SELECT 1")
    save_role(office, "admin", doc, saved["version"])


def test_a_share_is_ended_by_either_side(office):
    mine = customer(office, "ann", "Shared")
    ann, bob = office.id_of("ann"), office.id_of("bob")
    share = f"SELECT share_customer(%s, %s, {SOON})"
    seen = "SELECT count(*) FROM customer WHERE name = 'Shared'"
    for who in ("ann", "bob", "manager"):
        office.ask("ann", share, mine, bob)
        assert value(office, "bob", seen) == 1
        assert refusal(office, "eve", "SELECT end_share(%s, %s)", mine, bob) == "KH003"
        office.ask(who, "SELECT end_share(%s, %s)", mine, bob)
        assert value(office, "bob", seen) == 0
    assert refusal(office, "ann", share, mine, ann) == "KH005"
    pool = value(office, None, "SELECT id FROM operator WHERE built_in")
    assert refusal(office, "ann", share, mine, pool) == "KH005"


def test_a_deputy_is_named_seen_and_ended(office):
    ann, bob = office.id_of("ann"), office.id_of("bob")
    name = f"SELECT set_deputy(%s, %s, {SOON})"
    rows = "SELECT absent, deputy, may_end FROM deputies_of(%s)"
    office.ask("ann", name, ann, bob)
    assert office.ask("ann", rows, ann) == [("Ann", "Bob", True)]
    assert office.ask("bob", rows, bob) == [("Ann", "Bob", True)]
    assert office.ask("boss", rows, ann) == [("Ann", "Bob", True)]
    assert office.ask("eve", rows, ann) == []
    assert value(office, "ann", "SELECT count(*) FROM deputy") == 1
    assert value(office, "eve", "SELECT count(*) FROM deputy") == 0
    assert refusal(office, "eve", "SELECT end_deputy(%s, %s)", ann, bob) == "KH003"
    # what a deputy is lent is not lent on
    assert refusal(office, "bob", name, ann, office.id_of("eve")) == DENIED
    office.ask("ann", "SELECT end_deputy(%s, %s)", ann, bob)
    assert office.ask("ann", rows, ann) == []
    assert refusal(office, "ann", name, ann, ann) == "KH005"


def test_both_end_by_themselves(office):
    mine = customer(office, "ann", "Over")
    bob = office.id_of("bob")
    office.ask("ann", f"SELECT share_customer(%s, %s, {PAST})", mine, bob)
    office.ask("eve", f"SELECT set_deputy(%s, %s, {PAST})", office.id_of("eve"), bob)
    assert value(office, "bob", "SELECT count(*) FROM customer WHERE name = 'Over'") == 0
    told = call(office, "boss", "explain_operator", bob)
    assert told["deputies"] == []
    assert told["shares"] == []


def test_what_a_person_may_do(office):
    theirs = customer(office, "eve", "Of Eve")
    bob = office.id_of("bob")
    office.ask("eve", f"SELECT share_customer(%s, %s, {SOON})", theirs, bob)
    told = call(office, "boss", "explain_operator", bob)
    seen = value(office, "bob", "SELECT count(*) FROM customer")
    assert told["customers"] == seen
    assert (told["scope"], told["rights"], told["colleagues"]) == ("own", "salesperson", 0)
    allowed = set(value(office, "bob", "SELECT my_rights() -> 'permissions'"))
    assert set(told["allowed"]) == allowed
    assert [share["name"] for share in told["shares"]] == ["Of Eve"]
    # oneself one may ask about, of others only those who may see operators; a customer that the
    # asker does not see is neither told nor counted
    assert call(office, "bob", "explain_operator", bob)["customers"] == seen
    assert refused(office, "bob", "explain_operator", office.id_of("eve"))[0] == DENIED
    hidden = call(office, "manager", "explain_operator", bob)
    assert (hidden["shares"], hidden["customers"], hidden["own"]) == ([], None, None)
    office.ask("eve", "SELECT end_share(%s, %s)", theirs, bob)
    counted = call(office, "manager", "explain_operator", bob)["customers"]
    assert counted == value(office, "bob", "SELECT count(*) FROM customer")
    office.ask("eve", f"SELECT share_customer(%s, %s, {SOON})", theirs, bob)
    manager = call(office, "boss", "explain_operator", office.id_of("manager"))
    assert manager["colleagues"] >= 2
    office.ask("eve", "SELECT end_share(%s, %s)", theirs, bob)


def test_why_a_record_is_seen(office):
    mine = customer(office, "ann", "Asked about")
    sent = order(office, "ann", mine)

    def ways(user, kind="customer", id_=mine):
        told = call(office, user, "explain_record", kind, id_)
        return [way["way"] for way in told["ways"]] if told["visible"] else None

    assert ways("ann") == ["own"]
    assert ways("manager") == ["scope"]
    assert ways("bob") is None
    office.ask("ann", f"SELECT share_customer(%s, %s, {SOON})", mine, office.id_of("bob"))
    office.ask("ann", f"SELECT set_deputy(me(), %s, {SOON})", office.id_of("bob"))
    assert ways("bob") == ["deputy", "share"]
    told = call(office, "bob", "explain_record", "sales_order", sent["id"])
    assert (told["status"], told["owner"]["name"]) == ("submitted", "Ann")
    assert "edit" in told["allowed"]
    assert "approve" not in told["allowed"]
    office.ask("ann", "SELECT end_share(%s, %s)", mine, office.id_of("bob"))
    office.ask("ann", "SELECT end_deputy(me(), %s)", office.id_of("bob"))


def test_of_what_one_does_not_see_nothing_is_told(office):
    """Neither by its id nor by its number: as if it were not there."""
    theirs = customer(office, "eve", "Hidden")
    sent = order(office, "eve", theirs)
    number = value(office, None, "SELECT number FROM customer WHERE id = %s", theirs)
    for kind, id_ in (("customer", theirs), ("sales_order", sent["id"])):
        hidden = call(office, "ann", "explain_record", kind, id_)
        assert hidden == call(office, "ann", "explain_record", kind, 10**6)
        assert not hidden["visible"]
    find = "SELECT find_number(%s)"
    for known in (number, sent["number"]):
        assert value(office, "ann", find, known) is None
        assert value(office, "eve", find, known) is not None
    assert value(office, "ann", find, "C-99999") is None
    for kind in ("history", "share", "installation", "operator_permission", "customer; --"):
        assert refused(office, "ann", "explain_record", kind, 1)[0] == DENIED, kind


def test_two_change_one_role_at_once(office):
    """The second waits, and is told that the first was quicker."""
    made = own_role(office, "Race", "customer.view")
    first = office.psql("admin")
    first.autocommit = False
    query = "SELECT save_role(%s, %s)"
    with first.cursor() as cursor:
        cursor.execute(query, (json.dumps(made | {"name": "First"}), made["version"]))
    answers = []

    def second():
        doc = json.dumps(made | {"name": "Second"})
        answers.append(refusal(office, "admin", query, doc, made["version"]))

    waiting = threading.Thread(target=second)
    waiting.start()
    first.commit()
    waiting.join()
    assert answers == ["KH002"]
    assert role(office, made["code"])["name"] == "First"
