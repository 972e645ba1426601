"""Settings: kept whole or not at all, and a spoilt file is no reason not to start."""

import json

import pytest

from client.settings import EMBEDDED, Settings


def test_values_come_back(tmp_path):
    Settings(tmp_path / "deep" / "s.json").set("language", "zh_CN")
    assert Settings(tmp_path / "deep" / "s.json").get("language", "en") == "zh_CN"


@pytest.mark.parametrize("rubbish", ["", "{", "[1]", '"text"', "\x00\x01"])
def test_a_spoilt_file_begins_anew(tmp_path, rubbish):
    path = tmp_path / "s.json"
    path.write_text(rubbish)
    settings = Settings(path)
    assert settings.get("language", "en") == "en"
    settings.set("language", "zh_CN")
    assert json.loads(path.read_text("utf-8")) == {"language": "zh_CN"}


def test_a_value_of_another_type_counts_as_missing(tmp_path):
    settings = Settings(tmp_path / "s.json")
    settings.set("panels", "customers")
    assert settings.get("panels", []) == []


def test_there_is_always_this_computer(tmp_path):
    settings = Settings(tmp_path / "s.json")
    assert settings.profile("nowhere")["name"] == EMBEDDED
    settings.set("profiles", [{"name": "x"}, 7, {"name": "office", "host": "h", "port": 1}])
    assert [profile["name"] for profile in settings.profiles] == [EMBEDDED]
    office = {"name": "office", "host": "h", "port": 5432, "database": "kehu"}
    settings.profiles = [*settings.profiles, office]
    assert Settings(tmp_path / "s.json").profile("office") == office


def test_a_place_that_cannot_be_written_is_no_crash(tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "s.json")
    settings.set("language", "en")
    assert settings.get("language") == "en"
