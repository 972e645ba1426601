"""`kehu` on the command line: usage, logging in, and what is refused with a sentence."""

import subprocess
import sys

import pytest

from client import cli


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = "import sys, client.cli as c; c.main(['--help']); print(sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "import" in run.stdout
    for heavy in ("sqlalchemy", "PySide6", "reportlab", "xlsxwriter", "psycopg2"):
        assert f"'{heavy}'" not in run.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["export"],
        ["export", "nonsense", "x.xlsx", "--user", "a"],
        ["report", "sales-by-region", "--user", "a"],
        ["report", "sales-by-region", "--out", "x.doc", "--user", "a"],
        ["report", "sales-by-region", "--out", "x.csv", "--date-from", "soon", "--user", "a"],
        ["operator", "add", "x", "--rights", "king", "--password-file", "f", "--user", "a"],
        ["export", "customer", "x.xlsx"],
    ],
)
def test_usage_errors_are_exit_code_2(arguments, capsys):
    assert cli.main(arguments) == cli.USAGE
    assert "usage" in capsys.readouterr().err


def test_help_in_chinese(capsys):
    assert cli.main(["report", "--language", "zh_CN", "--help"]) == 0
    assert "代码或名称" in capsys.readouterr().out


def test_a_wrong_password_is_a_sentence(kehu, shared_office, monkeypatch, tmp_path):
    monkeypatch.setenv("KEHU_PASSWORD", "wrong password")
    code, _out, err = kehu(shared_office, "boss", "export", "region", tmp_path / "a.xlsx")
    assert (code, err.startswith("Operator or password is wrong.")) == (1, True)


def test_a_server_that_is_not_there_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KEHU_PASSWORD", "x")
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    address = "postgresql://127.0.0.1:9/kehu"
    code = cli.main(["export", "region", "a.xlsx", "--user", "boss", "--server", address])
    assert code == 1
    assert "does not answer" in capsys.readouterr().err


def test_an_unknown_server_name_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    code = cli.main(["export", "region", "a.xlsx", "--user", "boss", "--server", "nowhere"])
    assert code == 1
    assert "nowhere" in capsys.readouterr().err


def test_without_any_password_it_says_where_to_put_one(kehu, shared_office, monkeypatch, tmp_path):
    monkeypatch.delenv("KEHU_PASSWORD")
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115
    code, _out, err = kehu(shared_office, "boss", "export", "region", tmp_path / "a.xlsx")
    assert code == 1
    assert "KEHU_PASSWORD" in err


def test_a_folder_that_is_not_there_is_a_sentence(kehu, shared_office, tmp_path):
    out = tmp_path / "missing" / "a.xlsx"
    code, _out, err = kehu(shared_office, "boss", "export", "region", out)
    assert code == 1
    assert "missing" in err
    assert "Traceback" not in err
