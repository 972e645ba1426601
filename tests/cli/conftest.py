"""The command line against a real office, run in this process so that it is quick."""

from collections.abc import Callable

import pytest

from client import cli
from tests import servers


@pytest.fixture
def kehu(tmp_path, monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """`kehu(office, user, *arguments)` answers with exit code, output and errors."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KEHU_PASSWORD", servers.PASSWORD)
    monkeypatch.setenv("LANGUAGE", "en")  # whatever the machine speaks

    def run(office, user, *arguments):
        profile = office.profile
        address = (
            f"postgresql://{profile.host}:{profile.port}/{profile.database}?prefix={office.prefix}"
        )
        code = cli.main([*map(str, arguments), "--user", user, "--server", address])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
