"""Who sees and does what: every relation, state of a row and reader, against what is expected."""

from pathlib import Path

import psycopg2
import pytest

from server_schema.tables import CODE_TABLES, TABLES
from tests.server.matrix import SCOPED
from tests.server.matrix_looking import Reader, look, sums
from tests.server.matrix_office import READERS, Desk, fill, furnish, hire
from tests.server.matrix_tries import ALIKE, LETTERS, Trial, World, open_up

EXPECTED = Path(__file__).with_name("matrix.txt")
NOTHING = "-"
Line = tuple[str, str]


def expectations() -> dict[Line, dict[str, str]]:
    """The table that people read: a line for each relation and state, a column for each reader."""
    text = EXPECTED.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in text if line.strip() and not line.startswith("#")]
    heads = rows[0]
    assert heads == ["relation", "state", "tried", *READERS]
    found = {
        (row[0], row[1]): dict(zip(heads[2:], (cell.strip("-") for cell in row[2:]), strict=True))
        for row in rows[1:]
    }
    assert len(found) == len(rows) - 1
    return found


@pytest.fixture(scope="module")
def world(shared_office):
    desk = Desk(shared_office)
    hire(desk)
    files = fill(desk)
    furnish(desk)
    made = open_up(desk, files)
    yield made
    desk.close()


@pytest.fixture(scope="module")
def trials(world):
    """The trials begun, by reader."""
    return {}


@pytest.fixture
def trial(world, trials, name) -> Trial:
    if name not in trials:
        trials[name] = Trial(world, name)
    yield trials[name]
    trials[name].connection.rollback()


@pytest.mark.parametrize("name", READERS)
def test_matrix(trial, name):
    expected, wrong, lines = expectations(), [], set()
    for table in TABLES:
        for place in trial.places(table.name):
            there, found = trial.letters(place)
            wanted = expected.get(place.line, {"tried": "nothing", name: "nothing"})
            lines.add(place.line)
            if (there, found) != (wanted["tried"], wanted[name]):
                wrong.append(
                    f"{table.name} {place.state}: expected {wanted[name] or NOTHING} of"
                    f" {wanted['tried']}, found {found or NOTHING} of {there}"
                )
    legend = " ".join(f"{letter}={access}" for access, letter in LETTERS.items())
    assert not wrong, f"{name} ({legend})\n" + "\n".join(wrong)
    assert lines == set(expected)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("bin_on", [False, True])
def test_every_way_of_looking_sees_the_same(trial, world, name, bin_on):
    """List, count, search, chart, export and reading one by one; with the bin, the history too."""
    apart = {}
    # What is private has no history at all.
    query = "SELECT id FROM group_member WHERE private_to IS NOT NULL"
    untold = frozenset(row for (row,) in world.desk.ask(None, query))
    for table in (table.name for table in TABLES):
        seen = dict(trial.looks[table, bin_on])
        if bin_on and table in trial.past and table in SCOPED:
            of_it = untold & seen["list"] if table == "group_member" else frozenset()
            seen["history"] = trial.past[table] | of_it
        if len(set(seen.values())) > 1:
            common = frozenset.intersection(*seen.values())
            apart[table] = {way: sorted(ids - common) for way, ids in seen.items()}
    assert apart == {}
    if name not in ("disabled", "newcomer"):
        assert trial.looks["customer", bin_on]["list"]
        assert not bin_on or trial.past["customer"]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("bin_on", [False, True])
def test_sums_are_those_of_the_rows_that_are_listed(trial, name, bin_on):
    told = sums(trial.readers[bin_on])
    assert {what: both for what, both in told.items() if both[0] != both[1]} == {}
    if name not in ("disabled", "newcomer"):
        assert any(amount for amount, _listed in told.values())


@pytest.mark.parametrize("name", ["salesperson", "service", "manager"])
def test_masked_views_show_the_same_rows(trial, name):
    """What the program reads where phones are masked."""
    masked = Reader(trial.connection, masked=True)
    for table in (table.name for table in TABLES if table.masked):
        seen = trial.looks[table, False]
        assert look(masked, table, sorted(seen["list"])) == seen, table


def test_who_is_disabled_does_not_log_in(world):
    with pytest.raises(psycopg2.OperationalError, match="not permitted to log in"):
        world.desk.psql(READERS["disabled"])


def test_every_relation_is_tried(world: World):
    tables = world.desk.ask(
        None,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f')",
    )
    told = {relation for relation, _state in expectations()} - {ALIKE} | set(CODE_TABLES)
    assert {name for (name,) in tables} == {table.name for table in TABLES} == told
