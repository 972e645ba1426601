"""Every attempt of `kehu-server doctor --attack`, as each kind of operator, must not succeed."""

from contextlib import closing

import pytest

from resources import LANGUAGES
from server_schema import schema
from server_schema.attacks import raid, scratch
from server_schema.attacks.attempt import HOLE, KNOWN, NOT_TRIED, Attempt, attempt, play
from tests.server import samples

READERS = ("salesperson", "clerk", "manager", "service", "newcomer")


@pytest.fixture(scope="module")
def filled(shared_office):
    """An office in which there is one of everything that is somebody else's."""
    office = shared_office
    of_eve = samples.customer(office, "eve", "Secret of Eve")
    samples.contact(office, "eve", of_eve)
    samples.step(office, "eve", "send_quote", samples.quote(office, "eve", of_eve))
    sold = samples.order(office, "eve", of_eve)
    samples.call(office, "eve", "log_print", "order", sold["id"], {"way": "pdf"})
    samples.delivery(office, "eve", sold["id"])
    group = "INSERT INTO customer_group (name, private_to) VALUES ('Hers', me()) RETURNING id"
    member = "INSERT INTO group_member (group_id, customer_id) VALUES (%s, %s)"
    office.ask("eve", member, samples.value(office, "eve", group), of_eve)
    samples.posted(office, "clerk", of_eve, 5, {sold["id"]: 1})
    return office


@pytest.fixture(scope="module", params=READERS)
def stage(request, filled):
    newcomer = request.param == "newcomer"
    rights = "salesperson" if newcomer else request.param
    with scratch.stage(filled.dsn, rights, newcomer) as made:
        yield made


@pytest.mark.parametrize("tried", raid.ATTEMPTS, ids=lambda tried: tried.code)
def test_attempt(stage, tried: Attempt):
    answers = list(play(tried, stage))
    wrong = [f"{a.way} → {a.said}" for a in answers if a.answer in (HOLE, NOT_TRIED)]
    assert not wrong, "\n".join(wrong)
    if not tried.leak and tried.code != "other-office":
        assert KNOWN not in {answer.answer for answer in answers}


def test_it_leaves_nothing_behind(filled):
    query = (
        "SELECT (SELECT count(*) FROM operator), (SELECT max(id) FROM change),"
        " (SELECT max(id) FROM history), (SELECT jsonb_object_agg(kind, last) FROM number_counter),"
        " (SELECT count(*) FROM pg_roles), (SELECT count(*) FROM customer)"
    )
    before = filled.ask(None, query)
    answers = raid.raid(filled.dsn)
    assert raid.holes(answers) == []
    assert filled.ask(None, query) == before


def test_what_an_interrupted_raid_left_is_taken_away(filled):
    operators = filled.ask(None, "SELECT login FROM operator")
    with closing(filled.superuser()) as watcher:
        watcher.autocommit = False
        scratch._hire(watcher, None, False)
        scratch.remove_left(watcher)
    assert filled.ask(None, "SELECT login FROM operator") == operators


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ("GRANT UPDATE (owner_id) ON customer TO {p}_scoped", "own-columns"),
        ("ALTER TABLE quote DISABLE ROW LEVEL SECURITY", "read"),
        ('GRANT {p}_owner TO "{p}.{login}"', "set-role"),
        ('GRANT pg_read_server_files TO "{p}.{login}"', "files"),
        ("GRANT USAGE ON SEQUENCE customer_id_seq TO {p}_scoped", "sequences"),
    ],
)
def test_a_hole_is_found(filled, broken, code):
    """The office is broken on purpose, and mended again."""
    with scratch.stage(filled.dsn) as made:
        with made.watcher.cursor() as cursor:
            cursor.execute(broken.format(**made.names))
        made.watcher.commit()
        try:
            (tried,) = (a for a in raid.ATTEMPTS if a.code == code)
            assert raid.holes(list(play(tried, made)))
        finally:
            schema.apply_replaceable(made.watcher, filled.prefix)


def test_a_wrong_statement_is_no_refusal(filled):
    """Whatever fails for another reason than rights must not pass for safe."""
    tried = attempt("wrong", "", "SELECT 1 FROM nowhere", "SELEKT", "SELECT 1 / 0")
    with scratch.stage(filled.dsn) as made:
        assert len(raid.holes(list(play(tried, made)))) == 3


def test_it_is_told_in_words(filled):
    answers = raid.raid(filled.dsn)
    for language in LANGUAGES:
        told = "\n".join(raid.report(answers, language))
        assert len(told.splitlines()) > len(raid.ATTEMPTS)
    assert {a["attempt"] for a in raid.as_data(answers)} == {a.code for a in raid.ATTEMPTS}
