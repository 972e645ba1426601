"""One reader's part of the matrix: what they see of each row of each relation, and do to it."""

import contextlib
from typing import Any, NamedTuple

import psycopg2

from server_schema.tables import CODE_TABLES, TABLES
from tests.server import samples
from tests.server.matrix import CODED, GROUPED, PRIVATE, SCOPED, TRIES, statement, which
from tests.server.matrix_looking import WAYS, Ids, Reader, key, look, past, sold
from tests.server.matrix_office import BINNED, PRIVATE_STATES, READERS, STATES, Desk, Names, file_of

LETTERS = dict(zip((*WAYS, *TRIES), "lcsgehriudxbapt", strict=True))
# Not allowed, not yours, or gone: all the same to whoever may not.
REFUSALS = ("42501", "KH001", "KH003")
# How a child of what is in the bin may be refused too: its parent is not there.
FOREIGN_KEY_VIOLATION = "23503"
UNTOLD = tuple(t.name for t in TABLES if t.unlogged or t.kind in ("history", "closed"))
# Of these the program has figures, whose sums must hold a row exactly where the list has it.
FIGURES = {
    "sales_order": ("order_line", "product"),
    "order_line": ("order_line", "product"),
    "receipt": ("receipt", "customer"),
}
# Twelve tables that are all alike have the same lines.
ALIKE = "code-table"


class Place(NamedTuple):
    """A row in one of its states as a reader meets it, with the names of the ids around it."""

    table: str
    state: str
    names: Names
    row: int | None

    @property
    def bin_on(self) -> bool:
        return self.state.endswith("-bin")

    @property
    def line(self) -> tuple[str, str]:
        """Which line of the table of expectations is about it."""
        return (ALIKE if self.table in CODE_TABLES else self.table), self.state


class World(NamedTuple):
    """The office with all its files, and an open connection of each reader."""

    desk: Desk
    files: dict[tuple[str, str], Names]
    connections: dict[str, Any]


def open_up(desk: Desk, files: dict[tuple[str, str], Names]) -> World:
    """Everybody logs in; then Dan is disabled, and Ned must set a new password."""
    connections = {}
    for name, login in READERS.items():
        if name == "newcomer":
            same = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"
            verifier = desk.ask(None, same, f"{desk.prefix}.{login}")[0][0]
            reset = "SELECT set_login(%s, %s, %s, true)"
            desk.ask("admin", reset, desk.id_of(login), login, verifier)
        connections[name] = desk.psql(login)
        connections[name].autocommit = False
    disable = (
        "SELECT save_operator(jsonb_build_object('id', id, 'active', false), version)"
        " FROM operator WHERE login = %s"
    )
    with samples.nothing_ends(desk):
        desk.ask("admin", disable, READERS["disabled"])
    return World(desk, files, connections)


def states_of(table: str) -> tuple[str, ...]:
    """Which states a row of the table can be in."""
    if table in ("history", "change"):
        return (*STATES, "office")
    if table in GROUPED:
        return (*(STATES if table in SCOPED else ("office",)), *PRIVATE_STATES)
    if table in SCOPED:
        return STATES
    if table in CODED:
        return ("living", "deleted", "in-bin")
    return ("own", "colleague") if table in PRIVATE else ("office",)


class Trial:
    """One reader: everything is looked at once, with and without the bin; then come the tries."""

    def __init__(self, world: World, name: str) -> None:
        self._desk, self._files, self._login = world.desk, world.files, READERS[name]
        self.connection = world.connections[name]
        self.readers = {bin_on: Reader(self.connection, bin_on) for bin_on in (False, True)}
        self.looks: dict[tuple[str, bool], dict[str, Ids]] = {}
        for table in (table.name for table in TABLES):
            every = self._desk.ask(None, f"SELECT {key(table)} FROM {table} t")
            for bin_on, reader in self.readers.items():
                self.looks[table, bin_on] = look(reader, table, [row for (row,) in every])
        self.past = past(self.readers[True])
        self._sold = sold(self.readers[False])

    def places(self, table: str) -> list[Place]:
        """Each state that a row of the table is in for this reader."""
        me = self._desk.id_of(self._login)
        around = {"me": me, "of": me, "low": self._desk.id_of("low")}
        around |= {f"my_{name}": id_ for name, id_ in self._files[self._login, "own"].items()}
        found = []
        for state in states_of(table):
            names = around | self._of(table, state)
            row = None
            with contextlib.suppress(KeyError):
                first = f"SELECT {key(table)} FROM {table} t WHERE {which(table)} LIMIT 1"
                rows = self._desk.ask(None, first.format(**names))
                row = rows[0][0] if rows else None
            if table in CODED:
                names |= self._of_code(table, row)
            if row is not None or table not in SCOPED:
                found.append(Place(table, state, names, row))
        return found

    def _of(self, table: str, state: str) -> Names:
        """The names that a state stands for."""
        if table in CODED:
            return {"code": "'X'" if state == "living" else "'Z'"}
        if state in PRIVATE_STATES or (table in SCOPED and state in STATES):
            return file_of(self._files, self._login, state)
        if table in SCOPED:
            settings = "SELECT id, change_id FROM history WHERE table_name = 'operator' LIMIT 1"
            return dict(zip(("history", "change"), self._desk.ask(None, settings)[0], strict=True))
        if table == "customer_group":
            return {"group": self._files[self._login, "own"]["group"], "private_to": "NULL"}
        return {"of": self._desk.id_of("eve")} if state == "colleague" else {}

    def _of_code(self, table: str, row: int | None) -> Names:
        query = f"SELECT deletion_id FROM {table} WHERE id = %s"
        deletion = self._desk.ask(None, query, row)[0][0]
        return {table: row} | ({f"{table}_deletion": deletion} if deletion else {})

    def letters(self, place: Place) -> tuple[str, str]:
        """A letter for each access that there is to a row, and for each that succeeds."""
        seen = dict(self.looks[place.table, place.bin_on])
        if place.table not in UNTOLD:
            seen["history"] = self.past.get(place.table, frozenset())
        there, found = "", ""
        for access, letter in LETTERS.items():
            if access in seen:
                there += letter
                found += self._in_figures(place, letter, place.row in seen[access])
            elif access in TRIES and (query := self._query(place, access)):
                there += letter
                found += letter if self._succeeds(place, query) else ""
        return there, found

    def _in_figures(self, place: Place, letter: str, hit: bool) -> str:
        if letter == LETTERS["chart"] and place.table in FIGURES and place.state not in BINNED:
            relation, by = FIGURES[place.table]
            if (place.names[by] in self._sold[relation]) != hit:
                return "?"
        return letter if hit else ""

    def _query(self, place: Place, access: str) -> str | None:
        query = statement(place.table, place.state, access)
        try:
            return query and query.format(**place.names)
        except KeyError:
            return None

    def _succeeds(self, place: Place, query: str) -> bool:
        """Whether the statement reached a row; everything is rolled back."""
        with self.connection.cursor() as cursor:
            try:
                bin_ = "on" if place.bin_on else "off"
                cursor.execute(f"SAVEPOINT tried; SET LOCAL kehu.bin = '{bin_}'; {query}")
                return cursor.rowcount > 0
            except psycopg2.Error as error:
                nowhere = place.state in BINNED and error.pgcode == FOREIGN_KEY_VIOLATION
                if not nowhere and error.pgcode not in REFUSALS:
                    # refused for another reason than rights: the try itself would be wrong
                    raise AssertionError(f"{place.line}: {query}\n{error}") from error
                return False
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT tried")
