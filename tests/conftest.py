"""Offices for tests: a real server, a fresh database each, operators who really log in."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

import psycopg2
import pytest

from client import i18n
from client.data import login
from client.data.connection import Office
from client.data.profiles import Profile
from resources.catalogues import compile_all
from tests import servers
from tests.patience import PATIENCE

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
login.CONNECT_SECONDS = PATIENCE
_numbers = count(1)

# login: (name, rights, scope, department)
STAFF = {
    "boss": ("Boss", "boss", "all", None),
    "clerk": ("Clerk", "clerk", "all", None),
    "manager": ("Manager", "manager", "department", "SALES"),
    "ann": ("Ann", "salesperson", "own", "SALES"),
    "bob": ("Bob", "salesperson", "own", "SALES"),
    "eve": ("Eve", "salesperson", "own", "OTHER"),
    "serge": ("Serge", "service", "department", "OTHER"),
}


class OfficeDatabase:
    """One office for tests: `login(name)` as the program does, `psql(name)` as anybody can."""

    def __init__(self, cluster: servers.Cluster, prefix: str, dsn: dict) -> None:
        self.cluster, self.prefix, self.dsn = cluster, prefix, dsn
        self.profile = Profile(
            name=prefix, host=dsn["host"], port=dsn["port"], database=dsn["dbname"], prefix=prefix
        )
        self._open: list[Any] = []

    def psql(self, user: str, password: str = servers.PASSWORD) -> Any:
        """A raw connection as an operator, in autocommit."""
        made = psycopg2.connect(
            **self.cluster.dsn(self.dsn["dbname"], f"{self.prefix}.{user}", password)
        )
        made.autocommit = True
        self._open.append(made)
        return made

    def superuser(self) -> Any:
        """A raw connection that no policy holds, in autocommit."""
        made = psycopg2.connect(**self.dsn)
        made.autocommit = True
        self._open.append(made)
        return made

    def login(self, user: str, password: str = servers.PASSWORD) -> Office:
        """An open login of the program's own."""
        made = Office.open(self.profile, user, password)
        self._open.append(made)
        return made

    def ask(self, user: str | None, query: str, *values: Any) -> list[tuple]:
        """Rows of one statement as `user`, None being the superuser."""
        connection = self.superuser() if user is None else self.psql(user)
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def id_of(self, user: str) -> int:
        """The operator id of a login."""
        return self.ask(None, "SELECT id FROM operator WHERE login = %s", user)[0][0]

    def close_idle(self) -> None:
        """Close what the program's logins keep for later: one operator has few connections."""
        for opened in self._open:
            if isinstance(opened, Office):
                opened.close_idle()

    def close(self) -> None:
        for opened in self._open:
            opened.close()


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_all()


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    i18n.use("en")
    i18n.use_zone(None)
    yield
    i18n.use("en")
    i18n.use_zone(None)


@pytest.fixture(scope="session")
def cluster() -> Iterator[servers.Cluster]:
    """A running server that belongs to this test process."""
    with servers.cluster() as made:
        yield made


@pytest.fixture(scope="session")
def make_office(cluster: servers.Cluster) -> Callable[..., OfficeDatabase]:
    """Makes a new office with its administrator `admin`; with `staff`, the operators of STAFF."""

    def make(staff: bool = True, language: str = "en") -> OfficeDatabase:
        prefix = f"t{next(_numbers)}"
        dsn = servers.new_office(cluster, prefix, language)
        made = OfficeDatabase(cluster, prefix, dsn)
        if staff:
            hire(made)
        return made

    return make


def hire(office: OfficeDatabase) -> None:
    admin = office.psql("admin")
    with closing(admin), admin.cursor() as cursor:
        cursor.execute(
            "INSERT INTO department (code, name) VALUES ('SALES', 'Sales'), ('OTHER', 'Other')"
        )
        for name, (shown, rights, scope, department) in STAFF.items():
            cursor.execute(
                "SELECT save_operator(jsonb_build_object('code', upper(%s), 'name', %s::text,"
                " 'rights', %s::text, 'scope', %s::text, 'department_id',"
                " (SELECT id FROM department WHERE code = %s)), NULL) ->> 'id'",
                (name, shown, rights, scope, department),
            )
            operator = cursor.fetchone()[0]
            verifier = psycopg2.extensions.encrypt_password(
                servers.PASSWORD, f"{office.prefix}.{name}", admin, "scram-sha-256"
            )
            cursor.execute("SELECT set_login(%s, %s, %s, false)", (int(operator), name, verifier))


@pytest.fixture
def office_db(make_office: Callable[..., OfficeDatabase]) -> Iterator[OfficeDatabase]:
    """A fresh office with STAFF, for this test alone."""
    made = make_office()
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_office(make_office: Callable[..., OfficeDatabase]) -> Iterator[OfficeDatabase]:
    """A fresh office with STAFF, shared by the tests of one module."""
    made = make_office()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _few_connections(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "shared_office" in request.fixturenames:
        request.getfixturevalue("shared_office").close_idle()


@pytest.fixture(scope="module")
def office(shared_office: OfficeDatabase) -> OfficeDatabase:
    """The office of a module; some modules put into theirs what they need."""
    return shared_office
