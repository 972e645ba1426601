"""What the command line took out, or was refused, stands in the history."""

import pytest

from client.data.money.files import WRITERS

TOLD = (
    "SELECT op, after FROM history WHERE table_name = 'access' AND row_id = %s"
    " AND op <> 'login' AND op <> 'logout' ORDER BY id"
)
OF = "SELECT array_agg(op::text ORDER BY id) FROM history WHERE table_name = 'access'"


def told(office, user):
    return office.ask(user, TOLD, office.id_of(user))


def test_login_export_and_logout(kehu, office_db, tmp_path):
    office_db.ask("boss", "INSERT INTO customer (name) VALUES ('Secret name')")
    assert kehu(office_db, "boss", "export", "customer", tmp_path / "c.xlsx")[0] == 0
    assert office_db.ask("boss", OF) == [(["login", "export", "logout"],)]
    export = {"what": "customer", "rows": 1, "format": "xlsx"}
    assert told(office_db, "boss") == [("export", export)]
    via = "SELECT DISTINCT c.via FROM change c JOIN history h ON c.id = h.change_id"
    assert office_db.ask("boss", via + " WHERE table_name = 'access'") == [("command",)]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("report", ["sales-by-region", "receivables", "numbers"])
def test_every_report_in_every_format(kehu, shared_office, tmp_path, report, ending):
    out = tmp_path / f"r{ending}"
    asked = ("--kind", "order") if report == "numbers" else ("--currency", "CNY")
    code, _out, err = kehu(shared_office, "boss", "report", report, "--out", out, *asked)
    assert (code, err) == (0, "")
    op, after = told(shared_office, "boss")[-1]
    assert (op, after["what"], after["format"]) == ("export", report, ending[1:])
    assert after["filters"] == ["kind" if report == "numbers" else "currency"]


def test_a_refused_export_is_told(kehu, shared_office, tmp_path):
    code, _out, _err = kehu(shared_office, "serge", "export", "order", tmp_path / "o.xlsx")
    assert code == 1
    assert told(shared_office, "serge") == [("refused", {"about": "order.export"})]
