"""`kehu operator`: added with rights and scope, disabled, passwords set."""

import pytest

NEW = "a brand new password"


@pytest.fixture
def password_file(tmp_path):
    path = tmp_path / "password"
    path.write_text(NEW + "\n", "utf-8")
    return path


def add(kehu, office, login, password_file, *more):
    return kehu(office, "admin", "operator", "add", login, "--password-file", password_file, *more)


def test_added_operators_log_in_with_their_scope(kehu, office_db, password_file):
    code, out, err = add(
        kehu, office_db, "zoe", password_file, "--name", "Zoe", "--scope", "department",
        "--department", "SALES", "--rights", "manager",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "Zoe" in out
    office = office_db.login("zoe", NEW)
    assert (office.me["scope"], office.me["rights"]) == ("department", "manager")
    assert office.me["department"] == "Sales"


def test_an_imported_operator_gets_a_login_by_code(kehu, office_db, password_file):
    office_db.ask(None, "INSERT INTO operator (code, name) VALUES ('7', 'Robert King')")
    code, _out, err = add(kehu, office_db, "king", password_file, "--code", "7",
                          "--rights", "salesperson", "--scope", "own")  # fmt: skip
    assert (code, err) == (0, "")
    assert office_db.login("king", NEW).me["name"] == "Robert King"
    assert office_db.ask(None, "SELECT count(*) FROM operator WHERE name = 'Robert King'") == [(1,)]


@pytest.mark.parametrize(
    ("login", "more", "said"),
    [
        ("new", [], "needs a name"),
        ("boss", ["--name", "X"], "logs in as boss already"),
        ("a b", ["--name", "X"], ""),
        ("new", ["--name", "X", "--department", "MARS"], "MARS"),
        ("new", ["--code", "BOSS", "--name", "X"], "boss already"),
    ],
)
def test_refused_with_a_sentence_and_nothing_saved(
    kehu, office_db, password_file, login, more, said
):
    before = office_db.ask(None, "SELECT count(*) FROM operator")
    code, _out, err = add(kehu, office_db, login, password_file, *more)
    assert code == 1
    assert said in err
    assert "Traceback" not in err
    assert office_db.ask(None, "SELECT count(*) FROM operator") == before


def test_only_who_may_adds_operators(kehu, office_db, password_file):
    code, _out, err = kehu(office_db, "ann", "operator", "add", "spy", "--name", "Spy",
                           "--password-file", password_file)  # fmt: skip
    assert code == 1
    assert "right" in err


def test_a_disabled_operator_is_told_so(kehu, office_db, tmp_path):
    assert kehu(office_db, "admin", "operator", "disable", "bob")[0] == 0
    code, _out, err = kehu(office_db, "bob", "export", "region", tmp_path / "a.xlsx")
    assert code == 1
    assert "disabled" in err
    assert kehu(office_db, "admin", "operator", "enable", "bob")[0] == 0
    code, _out, err = kehu(office_db, "bob", "export", "region", tmp_path / "a.xlsx")
    assert (code, err) == (0, "")


def test_a_password_set_by_another_has_to_be_changed_first(
    kehu, office_db, password_file, monkeypatch, tmp_path
):
    code, _out, err = kehu(office_db, "admin", "operator", "password", "ann",
                           "--password-file", password_file)  # fmt: skip
    assert (code, err) == (0, "")
    monkeypatch.setenv("KEHU_PASSWORD", NEW)
    code, _out, err = kehu(office_db, "ann", "export", "region", tmp_path / "a.xlsx")
    assert (code, err) == (1, "A new password has to be set first.\n")
    own = tmp_path / "own"
    own.write_text("quite another password", "utf-8")
    code, _out, err = kehu(office_db, "ann", "operator", "password", "ann", "--password-file", own)
    assert (code, err) == (0, "")
    assert office_db.login("ann", "quite another password").me["name"] == "Ann"


def test_an_empty_or_missing_password_file(kehu, office_db, tmp_path):
    empty = tmp_path / "empty"
    empty.write_text("")
    assert add(kehu, office_db, "new", empty, "--name", "X")[0] == 1
    code, _out, err = add(kehu, office_db, "new", tmp_path / "none", "--name", "X")
    assert code == 1
    assert "none" in err
