"""The office of the permission matrix: its readers, and what each of them may meet there.

A file is a customer with one row of everything that can hang on it. Each reader has files of their
own; others belong to colleagues. Which file a state means for a reader is told by `file_of`.
"""

from typing import Any

from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.server.matrix import CODED, DELETED, PARTS

# login: (rights, scope, department); who is not here is of STAFF.
HIRED = {
    "dora": ("salesperson", "own", "SALES"),
    "dan": ("boss", "all", "SALES"),
    "ned": ("boss", "all", "SALES"),
    "low": ("salesperson", "own", "BELOW"),
    "cal": ("salesperson", "own", "OTHER"),
    "lou": ("salesperson", "own", "OTHER"),
}
READERS = {
    "salesperson": "ann",
    "deputy": "dora",  # of Cal, who is absent
    "service": "serge",  # whole department
    "manager": "manager",  # department and below
    "boss": "boss",
    "disabled": "dan",  # with a session from before
    "newcomer": "ned",  # must set a password first
    "administrator": "admin",
}
STATES = (
    "own",
    "received",  # handed over to the reader
    "subordinate",  # of somebody in a department below the reader's
    "shared",  # with the reader by name
    "deputised",  # of an absent colleague, whose deputy is the reader "deputy"
    "colleague",  # of somebody in another department
    "lapsed",  # a share and a deputyship that ended yesterday
    "handed-over",  # the reader's until it was handed over to a colleague
    "deleted",  # the reader's own
    "in-bin",  # the same for whoever looks into the bin
    "other-bin",  # a colleague's in the bin, for whoever looks there
)
PRIVATE_STATES = (
    "private",  # a group of the reader's own, of which nobody else learns
    "secret",  # the same of a colleague, with a customer of the reader's in it
)
BINNED = ("deleted", "in-bin", "other-bin")
COMMON = {
    "subordinate": "low",
    "shared": "eve",
    "deputised": "cal",
    "colleague": "eve",
    "lapsed": "lou",
    "other-bin": "eve",
}
WORD = "matrix"  # stands in every name, so that a search finds all
Names = dict[str, Any]


class Desk(OfficeDatabase):
    """The same office with connections that stay open."""

    def __init__(self, office: OfficeDatabase) -> None:
        super().__init__(office.cluster, office.prefix, office.dsn)
        self._kept: dict[str | None, Any] = {}

    def ask(self, user: str | None, query: str, *values: Any) -> list[tuple]:
        return self.told(user, query, values or None)

    def told(self, user: str | None, query: str, values: Any) -> list[tuple]:
        if user not in self._kept:
            self._kept[user] = self.superuser() if user is None else self.psql(user)
        with self._kept[user].cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def connect_anew(self, user: str) -> None:
        """A first share ends the idle sessions of who gets it."""
        if user in self._kept:
            self._kept.pop(user).close()


def hire(desk: Desk) -> None:
    """Everybody who is not of STAFF; Serge comes to Sales."""
    desk.ask(
        "admin",
        "INSERT INTO department (code, name, parent_id)"
        " SELECT 'BELOW', 'Below', id FROM department WHERE code = 'SALES'",
    )
    move = (
        "SELECT save_operator(jsonb_build_object('id', o.id, 'department_id', d.id), o.version)"
        " FROM operator o, department d WHERE o.login = 'serge' AND d.code = 'SALES'"
    )
    desk.ask("admin", move)
    same = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
    verifier = samples.value(desk, None, same, f"{desk.prefix}.clerk")
    make = (
        "SELECT (save_operator(jsonb_build_object('code', upper(%s), 'name', initcap(%s),"
        " 'rights', %s::text, 'scope', %s::text, 'department_id', id), NULL) ->> 'id')::integer"
        " FROM department WHERE code = %s"
    )
    for login, (rights, scope, department) in HIRED.items():
        made = samples.value(desk, "admin", make, login, login, rights, scope, department)
        desk.ask("admin", "SELECT set_login(%s, %s, %s, false)", made, login, verifier)


def fill(desk: Desk) -> dict[tuple[str, str], Names]:
    """All files, by the login of the reader (empty for those that are common) and the state."""
    ids = {login: desk.id_of(login) for login in (*READERS.values(), *COMMON.values(), "bob")}
    desk.ask("admin", "INSERT INTO customer_group (name) VALUES ('Matrix')")
    files = {("", state): _file(desk, state, ids[owner]) for state, owner in COMMON.items()}
    for login in READERS.values():
        for state in ("own", "deleted"):
            files[login, state] = _file(desk, f"{state} {login}", ids[login])
        files[login, "received"] = _file(desk, f"received {login}", ids["eve"])
        files[login, "handed-over"] = _file(desk, f"handed-over {login}", ids[login])
        for state, to in (("received", login), ("handed-over", "eve")):
            _give(desk, files[login, state], ids[to])
        for state, until in (("shared", "2200-01-01"), ("lapsed", "2000-01-01")):
            for customer in ("customer", "bare"):
                share = "SELECT share_customer(%s, %s, %s)"
                desk.ask("boss", share, files["", state][customer], ids[login], until)
        if login != "boss":  # whose own session gave it and goes on
            desk.connect_anew(login)
        name = "SELECT set_deputy(%s, %s, '2000-01-01')"
        desk.ask("admin", name, ids["lou"], ids[login])
        for state, whose in zip(PRIVATE_STATES, (login, "eve"), strict=True):
            files[login, state] = _private(
                desk, f"{state} {login}", files[login, "own"], ids[whose]
            )
    desk.ask("admin", "SELECT set_deputy(%s, %s, '2200-01-01')", ids["cal"], ids["dora"])
    return files


def _private(desk: Desk, title: str, file: Names, operator: int) -> Names:
    """The same file in a private group, which may be of somebody who does not see it any more."""
    make = "INSERT INTO customer_group (name, private_to) VALUES (%s, %s) RETURNING id"
    group = samples.value(desk, None, make, title, operator)
    member = "INSERT INTO group_member (group_id, customer_id) VALUES (%s, %s) RETURNING id"
    number = samples.value(desk, None, member, group, file["customer"])
    return file | {"group": group, "group_member": number, "private_to": operator}


def _give(desk: Desk, file: Names, to: int) -> None:
    customers = [file[name] for name in ("customer", "bare", "host") if name in file]
    desk.ask("boss", "SELECT assign_customers(%s, %s, 'Handed over')", customers, to)


def _file(desk: Desk, title: str, owner: int) -> Names:
    """A customer with everything on it, entered by the boss and given to its owner."""
    goods = "INSERT INTO product (code, name) VALUES (%s, %s) RETURNING id"
    file: Names = {"product": samples.value(desk, "boss", goods, title, f"{WORD} {title}")}
    for name in ("customer", "bare"):
        file[name] = samples.customer(desk, "boss", f"{WORD} {title} {name}")
    own, line = file["customer"], {**samples.LINE, "product_id": file["product"]}
    file["group"] = samples.value(desk, None, "SELECT id FROM customer_group")
    member = "INSERT INTO group_member (group_id, customer_id) VALUES (%s, %s) RETURNING id"
    file["group_member"] = samples.value(desk, "boss", member, file["group"], own)
    file["contact"] = samples.contact(desk, "boss", own, f"{WORD} contact")
    _documents(desk, file, own, line)
    binned = title.split()[0] in BINNED
    # What has a number is not deleted with its customer, so this hangs on another one.
    host = samples.customer(desk, "boss", f"{WORD} {title} host") if binned else own
    file["host"] = host
    _goods_and_money(desk, file, host, line)
    kind = ("order", file["sales_order"])
    desk.ask("boss", "SELECT log_print(%s, %s, '{}')", *kind)
    asked = "SELECT request_change(%s, %s, 'Moved')"
    desk.ask("boss", asked, own, '{"bank": "B"}')
    desk.ask("boss", "SELECT share_customer(%s, %s, '2200-01-01')", own, desk.id_of("bob"))
    if owner != desk.id_of("boss"):
        _give(desk, file, owner)
    if binned:
        _delete(desk, file)
    else:
        _offer(desk, file, own, line)
    _find(desk, file)
    return file


def _documents(desk: Desk, file: Names, own: int, line: dict[str, Any]) -> None:
    draft = samples.save(desk, "boss", samples.document(desk, own, [line]))
    quote = samples.quote(desk, "boss", own, [line])
    file |= {"sales_order": draft["id"], "order_line": draft["lines"][0]["id"]}
    file |= {"quote": quote["id"], "quote_line": quote["lines"][0]["id"]}


def _offer(desk: Desk, file: Names, own: int, line: dict[str, Any]) -> None:
    """A quote that was sent, and money that was received without an order."""
    offer = samples.quote(desk, "boss", own, [line])
    file["offer"] = samples.step(desk, "boss", "send_quote", offer)["id"]
    samples.posted(desk, "boss", own, 7)


def _goods_and_money(desk: Desk, file: Names, host: int, line: dict[str, Any]) -> None:
    doc = samples.document(desk, host, [{**line, "quantity": 5}])
    sent = samples.submit(desk, "boss", samples.save(desk, "boss", doc))
    file |= {"sent": sent["id"], "paid": sent["id"], "sent_line": sent["lines"][0]["id"]}
    delivery = samples.delivery(desk, "boss", sent["id"], {file["sent_line"]: 1})
    receipt = samples.receipt(desk, "boss", host, 9, {sent["id"]: 1})
    file |= {"delivery": delivery["id"], "receipt": receipt["id"]}


def _delete(desk: Desk, file: Names) -> None:
    """Everything into the bin; nothing is begun with the order that is left alive."""
    gone = "SELECT delete_records(%s, ARRAY[%s])"
    for kind, name in (
        ("delivery", "delivery"),
        ("receipt", "receipt"),
        ("customer", "customer"),
        ("customer", "bare"),
    ):
        desk.ask("boss", gone, kind, file[name])
    del file["sent"]


def _find(desk: Desk, file: Names) -> None:
    """The ids of the rows that functions made, and of the deletions."""
    for name, query in (
        ("delivery_line", "SELECT max(id) FROM delivery_line WHERE delivery_id = %(delivery)s"),
        (
            "receipt_allocation",
            "SELECT max(id) FROM receipt_allocation WHERE receipt_id = %(receipt)s",
        ),
        ("quote_revision", "SELECT max(id) FROM quote_revision WHERE quote_id = %(offer)s"),
        ("print_log", "SELECT max(id) FROM print_log WHERE customer_id = %(customer)s"),
        ("change_request", "SELECT max(id) FROM change_request WHERE customer_id = %(customer)s"),
        ("share", "SELECT min(id) FROM share WHERE customer_id = %(customer)s"),
        ("history", "SELECT min(id) FROM history WHERE customer_id = %(customer)s"),
        ("change", "SELECT change_id FROM history WHERE id = %(history)s"),
        ("customer_deletion", "SELECT deletion_id FROM customer WHERE id = %(bare)s"),
        *(
            (f"{kind}_deletion", f"SELECT deletion_id FROM {kind} WHERE id = %({kind})s")
            for kind in (*DELETED, *PARTS)
            if kind != "customer"
        ),
    ):
        if "offer" not in query or "offer" in file:
            found = desk.told(None, query, file)
            if found and found[0][0] is not None:
                file[name] = found[0][0]


def furnish(desk: Desk) -> None:
    """Rows of what does not hang on customers: of everybody's, and of each reader's own."""
    for table in CODED:
        for code in "XZ":
            query = f"INSERT INTO {table} (code, name) VALUES (%s, %s)"
            desk.ask("admin", query, code, f"{WORD} {code}")
        gone = f"SELECT delete_records('{table}', ARRAY(SELECT id FROM {table} WHERE code = 'Z'))"
        desk.ask("admin", gone)
    for table in ("department", "product"):  # what others made is found by a search as well
        desk.ask("admin", f"UPDATE {table} SET name = '{WORD} ' || code WHERE name !~ '{WORD}'")
    allow = "SELECT set_permission(%s, 'customer', 'comment', true)"
    for login in (*READERS.values(), "eve"):
        desk.ask("admin", allow, desk.id_of(login))
    lapsed = "SELECT set_deputy(%s, %s, '2000-01-01')"
    desk.ask("admin", lapsed, desk.id_of("low"), desk.id_of("eve"))
    desk.ask(None, "INSERT INTO import_row VALUES (1, 1, '{}')")
    desk.ask(None, "INSERT INTO picture (content) VALUES ('x')")


def file_of(files: dict[tuple[str, str], Names], login: str, state: str) -> Names:
    """What a reader meets in a state."""
    told = {"in-bin": "deleted"}.get(state, state)
    return files.get(("", told)) or files[login, told]
