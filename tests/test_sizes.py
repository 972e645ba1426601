"""Nothing grows past what can be read at one sitting, and everything says what it is for."""

import ast

import pytest

from tests.code import all_code, modules

FILE = 400
CLASS = 250
METHODS = 25
FUNCTION = 50

Function = ast.FunctionDef | ast.AsyncFunctionDef


def lines_of(node: ast.ClassDef | Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def nodes(kind):
    return [
        (module, node)
        for module in all_code()
        for node in ast.walk(module.tree)
        if isinstance(node, kind)
    ]


def test_files():
    long = {m.place: len(m.text.splitlines()) for m in all_code()}
    assert {place: lines for place, lines in long.items() if lines > FILE} == {}


def test_classes():
    found = {f"{m.place}: {node.name}": lines_of(node) for m, node in nodes(ast.ClassDef)}
    assert {name: lines for name, lines in found.items() if lines > CLASS} == {}


def test_methods_of_a_class():
    found = {
        f"{m.place}: {node.name}": sum(isinstance(child, Function) for child in node.body)
        for m, node in nodes(ast.ClassDef)
    }
    assert {name: count for name, count in found.items() if count > METHODS} == {}


def test_functions():
    found = {f"{m.place}: {node.name}": lines_of(node) for m, node in nodes(Function)}
    assert {name: lines for name, lines in found.items() if lines > FUNCTION} == {}


def test_every_module_says_why_it_is_there():
    silent = [m.place for m in modules() if m.text.strip() and not ast.get_docstring(m.tree)]
    assert not silent, "\n".join(silent)


@pytest.mark.parametrize("mark", ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"])
def test_nothing_is_left_for_later(mark):
    assert [m.place for m in all_code() if mark in m.text] == []
