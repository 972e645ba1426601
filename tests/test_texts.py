"""Every text exists in both languages, and no file tells of the machine it is from."""

import ast
import re
from functools import cache
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from resources import LOCALE, joined, translator
from resources.catalogues import merged
from tests.code import ROOT, modules, project_files

LANGUAGE = "zh_CN"
MARKS = ("_", "N_")


@cache
def marked() -> dict[str, str]:
    """Every text marked for translation, with a place where it stands."""
    found: dict[str, str] = {}
    for module in modules():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and node.args and mark_of(node) in MARKS):
                continue
            text = node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found.setdefault(text.value, f"{module.place}:{node.lineno}")
    return found


def mark_of(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else ""


@cache
def translations() -> dict[str, str]:
    return {m.id: m.string for m in merged(LANGUAGE) if m.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_text_is_translated():
    known = translations()
    missing = [f"{place}: {text!r}" for text, place in marked().items() if text not in known]
    assert not missing, "\n".join(missing)


def test_nothing_is_translated_that_is_not_there():
    texts = marked()
    obsolete = [
        f"{room.name}: {message.id!r}"
        for room in sorted((LOCALE / LANGUAGE).glob("*.po"))
        for message in read_po(room.open("rb"), locale=LANGUAGE)
        if message.id and message.id not in texts
    ]
    assert not obsolete, "\n".join(obsolete)


def test_placeholders_are_the_same():
    wrong = [
        f"{text!r} → {other!r}"
        for text, other in translations().items()
        if placeholders(text) != placeholders(other)
    ]
    assert not wrong, "\n".join(wrong)


def test_marked_texts_are_whole():
    """A text put together before it is translated can never be found in the catalogue."""
    wrong = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and node.args and mark_of(node) in MARKS
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert not wrong, "\n".join(wrong)


def test_english_texts_use_straight_quotes():
    """The bundled font draws curly ones as wide as a Chinese character."""
    wrong = [f"{place}: {text!r}" for text, place in marked().items() if set(text) & set("“”‘’")]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "trace",
    [
        r"/(work|root|opt)" + r"/\w",
        r"/home" + r"/\w",
        r"/tmp" + r"/\w",
        r"[A-Z]:\\\\?Users" + r"\\",
        r"index" + r"-url",
        r"pypi\.org" + r"/simple",
        r"find" + r"-links",
    ],
)
def test_no_file_tells_of_the_machine_it_is_from(trace):
    pattern = re.compile(trace.encode())
    found = []
    for path in project_files():
        data = path.read_bytes()
        if b"\0" not in data[:4096] and (match := pattern.search(data)):
            found.append(f"{path.relative_to(ROOT)}: {match.group()!r}")
    assert not found, "\n".join(found)


# What others read again: a spreadsheet's cell, an address.
KEPT = {"client/data/workbooks/writer.py", "client/data/importing/customers.py"}


def test_names_are_listed_as_the_language_does():
    assert joined(("甲", "乙", 3), translator("zh_CN")) == "甲、乙、3"
    assert joined(("A", "B"), translator("en")) == "A, B"
    assert joined((), translator("zh_CN")) == ""
    by_hand = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        if module.place.startswith(("client/ui", "client/data", "reports"))
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "join"
        if isinstance(node.value, ast.Constant) and node.value.value == ", "
    ]
    assert [place for place in by_hand if place.partition(":")[0] not in KEPT] == []
