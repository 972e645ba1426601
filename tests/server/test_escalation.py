"""Who may edit operators, places or customers gets no further than they were: no way around."""

import json
from contextlib import closing

import psycopg2
import pytest

from tests.server.samples import call, contact, customer, document, draft, refusal, value
from tests.servers import PASSWORD

DENIED = "42501"
# Personnel: edits operators and places, and may do no more with customers than anybody else.
ALLOWED = ("customer.view", "customer.whole", "operator.view", "operator.create", "operator.edit")
EDITS = (*ALLOWED, "settings.view", "settings.edit")


def verifier(office, login):
    role = f"{office.prefix}.{login}"
    with closing(office.superuser()) as connection:
        return psycopg2.extensions.encrypt_password(PASSWORD, role, connection, "scram-sha-256")


def hire(office, login, rights, scope, department):
    doc = {"code": login, "name": login, "rights": rights, "scope": scope}
    doc["department_id"] = value(
        office, None, "SELECT id FROM department WHERE code = %s", department
    )
    made = call(office, "admin", "save_operator", doc, None)["id"]
    call(office, "admin", "set_login", made, login, verifier(office, login), False)
    return made


@pytest.fixture(scope="module")
def office(shared_office):
    """Pat edits operators and leads SALES; Low is of OTHER, and Wide sees everybody's."""
    office = shared_office
    role = {"name": "Personnel", "permissions": EDITS}
    rights = call(office, "admin", "save_role", role, None)["code"]
    office.pat = hire(office, "pat", rights, "department", "SALES")
    office.low = hire(office, "low", rights, "own", "OTHER")
    office.wide = hire(office, "wide", rights, "all", "OTHER")
    query = "INSERT INTO customer (name, owner_id, number) VALUES ('Of Low', %s, 'LOW')"
    office.ask(None, query, office.low)
    office.rights = rights
    return office


def save(office, id_, **changed):
    version = value(office, "admin", "SELECT version FROM operator WHERE id = %s", id_)
    query = "SELECT save_operator(%s, %s)"
    return refusal(office, "pat", query, json.dumps({"id": id_, **changed}), version)


def place(office, code):
    return value(office, None, "SELECT id FROM department WHERE code = %s", code)


def test_nobody_is_moved_to_where_one_sees_their_records(office):
    assert save(office, office.low, department_id=place(office, "SALES")) == DENIED
    move = "UPDATE department SET parent_id = %s WHERE code = 'OTHER'"
    assert refusal(office, "pat", move, place(office, "SALES")) == DENIED
    assert value(office, "pat", "SELECT count(*) FROM customer WHERE number = 'LOW'") == 0
    assert (
        refusal(office, "pat", "UPDATE department SET name = 'Others' WHERE code = 'OTHER'") == ""
    )
    assert refusal(office, "boss", move, place(office, "SALES")) == ""
    assert refusal(office, "boss", move, None) == ""


def test_nobody_makes_or_widens_a_puppet(office):
    places = [place(office, code) for code in ("SALES", "OTHER")]
    puppet = {"code": "Z", "name": "Z", "rights": office.rights, "scope": "chosen"}
    query = "SELECT save_operator(%s, NULL)"
    wide = json.dumps(puppet | {"chosen_departments": places})
    assert refusal(office, "pat", query, wide) == DENIED
    own = json.dumps(puppet | {"chosen_departments": places[:1]})
    assert refusal(office, "pat", query, own) == ""
    made = value(office, None, "SELECT id FROM operator WHERE code = 'Z'")
    assert save(office, made, chosen_departments=places) == DENIED
    assert save(office, made, scope="department", department_id=places[1]) == DENIED
    assert save(office, made, phone="1") == ""
    assert save(office, office.wide, phone="1") == ""  # what was so before is no widening


def test_nobody_is_told_how_many_customers_there_are_that_they_do_not_see(office):
    for login, told in (("low", None), ("wide", None), ("ann", 0), ("pat", 0)):
        seen = call(office, "pat", "explain_operator", office.id_of(login))
        assert (seen["customers"], seen["own"]) == (told, told), login
    assert call(office, "boss", "explain_operator", office.low)["own"] == 1


def test_nobody_logs_in_for_somebody_who_sees_more(office):
    for login in ("low", "wide"):
        query = "SELECT set_login(%s, %s, %s, false)"
        id_ = office.id_of(login)
        assert refusal(office, "pat", query, id_, login, verifier(office, login)) == DENIED


def test_only_an_administrator_ends_an_administrators_sessions(office):
    end = "SELECT end_sessions(%s)"
    assert refusal(office, "pat", end, office.id_of("admin")) == DENIED
    with closing(office.psql("low")):
        assert value(office, "pat", end, office.low) >= 1


def test_no_setting_lets_the_keeper_of_roles_inherit_an_operators_rights(office):
    made = call(office, "admin", "save_operator", {"code": "New", "name": "New"}, None)["id"]
    query = "SET createrole_self_grant = 'set, inherit'; SELECT set_login(%s, 'new', %s, false)"
    office.ask("admin", query, made, verifier(office, "new"))
    held = "SELECT pg_has_role('{0}_roles', '{0}.new', 'USAGE') OR pg_has_role('{0}_roles',"
    held += " '{0}.new', 'SET') OR pg_has_role('{0}_roles', '{0}_scoped', 'USAGE')"
    assert value(office, None, held.format(office.prefix)) is False


def test_a_password_that_was_set_stands_in_the_history(office):
    call(office, "admin", "set_login", office.low, "low", verifier(office, "low"), True)
    query = "SELECT op, who, before, after FROM record_history('operator', %s)"
    assert office.ask("admin", query, office.low)[0] == (
        "password",
        "Administrator",
        None,
        {"newcomer": True},
    )


def test_only_an_administrator_redacts(office):
    assert refusal(office, "pat", "SELECT redact_history(1, 'why')") == "KH003"


def test_what_a_deputy_is_lent_is_not_lent_on(office):
    hers, bob = customer(office, "eve", "Of Eve"), office.id_of("bob")
    office.ask("admin", "SELECT set_deputy(%s, %s, '2200-01-01')", office.id_of("eve"), bob)
    share = "SELECT share_customer(%s, %s, '9999-12-31')"
    assert value(office, "bob", "SELECT count(*) FROM customer WHERE id = %s", hers) == 1
    for colleague in ("bob", "ann"):
        assert refusal(office, "bob", share, hers, office.id_of(colleague)) == "KH003"


def test_what_a_deputy_is_lent_is_not_kept_for_good(office):
    """The manager may hand over, and merge, what is the department's; Eve is of another one."""
    eve, manager = office.id_of("eve"), office.id_of("manager")
    hers, mine = customer(office, "eve", "Lent to keep"), customer(office, "manager", "Kept")
    doc, other = draft(office, "eve", hers), customer(office, "eve", "Another of Eve's")
    office.ask("eve", "SELECT set_deputy(%s, %s, '2200-01-01')", eve, manager)
    plan = {"from_id": eve, "moves": [{"customer_id": hers, "from_id": eve, "to_id": manager}]}
    to_own = "UPDATE sales_order SET customer_id = %s WHERE id = %s"
    for query, values in (
        ("SELECT assign_customers(ARRAY[%s], %s, 'x')", (hers, manager)),
        ("SELECT hand_over(%s, 'x')", (json.dumps(plan),)),
        ("SELECT merge_customers(%s, %s, '[]', 'x')", (mine, hers)),
        ("SELECT merge_customers(%s, %s, '[]', 'x')", (hers, mine)),
        (to_own, (mine, doc["id"])),
    ):
        assert refusal(office, "manager", query, *values) == "KH003", query
    assert office.ask("manager", "SELECT * FROM handover_customers(%s, NULL)", eve) == []
    assert refusal(office, "manager", "SELECT handover_rest(%s)", eve) == DENIED
    # In the colleague's stead, and left with the colleague.
    assert refusal(office, "manager", to_own, other, doc["id"]) == ""
    together = "SELECT merge_customers(%s, %s, '[]', 'One')"
    assert refusal(office, "manager", together, hers, other) == ""
    office.ask("eve", "SELECT end_deputy(%s, %s)", eve, manager)


@pytest.mark.parametrize("kept", ["contact", "order"])
def test_nothing_living_is_hung_on_a_deleted_customer(office, kept):
    mine = customer(office, "ann", "Deleted")
    office.ask("boss", "SELECT delete_records('customer', ARRAY[%s])", mine)
    tried = {
        "contact": ("INSERT INTO contact (customer_id, name) VALUES (%s, 'x')", mine),
        "order": ("SELECT save_order(%s, NULL)", json.dumps(document(office, mine))),
    }
    query, given = tried[kept]
    assert refusal(office, "ann", "SET kehu.bin = 'on'; " + query, given) == "KH001"
    assert contact(office, "ann", customer(office, "ann", "Living"))


def test_what_hangs_on_a_shared_customer_is_not_taken_away_from_it(office):
    hers, mine = customer(office, "eve", "Lent"), customer(office, "ann", "Own")
    as_well = customer(office, "eve", "Lent as well")
    share = "SELECT share_customer(%s, %s, '2200-01-01')"
    for shown in (hers, as_well):
        office.ask("eve", share, shown, office.id_of("ann"))
    doc = draft(office, "eve", hers)
    edit = "SELECT save_order(%s, %s)"
    for other in (mine, as_well):
        moved = json.dumps(doc | {"customer_id": other}, default=str)
        assert refusal(office, "ann", edit, moved, doc["version"]) == "KH003"
    same = json.dumps(doc | {"remarks": "edited"}, default=str)
    assert refusal(office, "ann", edit, same, doc["version"]) == ""


def test_a_demotion_holds_before_a_session_is_ended(office_db):
    """A statement is not planned anew, so the policy it was planned with has to ask."""
    customer(office_db, "eve", "Of Eve")
    with closing(office_db.psql("boss")) as connection, connection.cursor() as cursor:
        cursor.execute("PREPARE seen AS SELECT count(*) FROM customer")
        cursor.execute("EXECUTE seen")
        assert cursor.fetchone() == (1,)
        demote = (
            "SELECT save_operator(jsonb_build_object('id', id, 'scope', 'own'), version)"
            " FROM operator WHERE login = 'boss'"
        )
        office_db.ask("admin", demote)
        cursor.execute("EXECUTE seen")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("zone", ['"Nowhere/Nope"', '""', "[]"])
def test_no_time_zone_stops_the_office(office, zone):
    query = "UPDATE setting SET value = %s WHERE key = 'time_zone'"
    assert refusal(office, "boss", query, zone) == "KH005"
    assert refusal(office, "boss", query, '"Asia/Shanghai"') == ""
    assert value(office, "ann", "SELECT office_today() IS NOT NULL")


@pytest.mark.parametrize(
    ("key", "nonsense"),
    [
        ("currency", '"yuan"'),
        ("currency", "5"),
        ("currency", '""'),
        ("orders_need_approval", '"maybe"'),
        ("payment_days", '"many"'),
        ("office_name", "[]"),
    ],
)
def test_no_setting_becomes_nonsense(office, key, nonsense):
    query = "UPDATE setting SET value = %s WHERE key = %s"
    assert refusal(office, "boss", query, nonsense, key) == "22023"


def test_the_currency_of_an_office_with_documents_stays(office_db):
    """Whoever could change it would have nobody owe anything: balances are in this currency."""
    query = "UPDATE setting SET value = %s WHERE key = 'currency'"
    assert refusal(office_db, "boss", query, '"USD"') == ""
    assert refusal(office_db, "boss", query, '"CNY"') == ""
    draft(office_db, "ann", customer(office_db, "ann", "Owes"))
    assert refusal(office_db, "boss", query, '"USD"') == "KH004"
    assert refusal(office_db, "boss", query, '"CNY"') == ""
