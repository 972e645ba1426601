"""Who may import whom. Read from top to bottom, the rules are the shape of the program."""

import ast
import importlib
import importlib.util
import re

from tests.code import ROOT, Module, modules

OWN = ("client", "reports", "resources", "server_schema")
QT = ("PySide6", "PySide6QtAds", "qtawesome", "pyqtgraph")
# They cost up to half a second each, so they are imported where they are first needed.
LAZY = {"msoffcrypto", "openpyxl", "pypdfium2", "pypinyin", "pyqtgraph", "python_calamine"}
LAZY |= {"numpy", "reportlab", "reports", "xlrd", "xlsxwriter"}
ELSEWHERE = {"resource"}  # not on every system
# They put off what the first window or the help does not need.
STARTS = {"client.app", "client.cli"}
# What each layer may import of the program's own, besides what lies in it.
LAYERS = {
    "resources": (),
    "server_schema": ("resources",),
    "reports": ("client.i18n", "client.model", "client.data.formats", "resources"),
    "client.i18n": ("resources",),
    "client.settings": ("client.i18n", "server_schema", "resources"),
    "client.model": ("client.i18n", "resources", "server_schema"),
    "client.data": ("client.i18n", "client.model", "resources", "server_schema"),
    "client.ui": (
        *("client.i18n", "client.settings", "client.model", "client.data", "client.context"),
        *("reports", "resources", "server_schema"),
    ),
}


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def of(package: str) -> list[Module]:
    found = [module for module in modules() if within(module.name, package)]
    assert found, f"nothing is called {package} any more"
    return found


def test_layers():
    wrong = [
        f"{module.place}:{used.line} imports {used.name}"
        for layer, allowed in LAYERS.items()
        if layer not in ("client.settings",) or any(m.name == layer for m in modules())
        for module in of(layer)
        for used in module.imports
        if used.name.split(".")[0] in OWN and not used.for_types_only
        if not any(within(used.name, place) for place in (layer, *allowed))
        # `from client import i18n` is written as the package and a name of it
        if used.name not in OWN
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_window_knows_qt():
    allowed = ("client.ui", "client.app")
    wrong = [
        f"{module.place}:{used.line} imports {used.name}"
        for module in modules()
        if not any(within(module.name, place) for place in allowed)
        for used in module.imports
        if any(within(used.name, library) for library in QT)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_window_knows_no_database():
    wrong = [
        f"{module.place}:{used.line} imports {used.name}"
        for module in of("client.ui")
        for used in module.imports
        if used.name.split(".")[0] in ("sqlalchemy", "psycopg2", "alembic")
    ]
    statement = re.compile(
        r"\s*(SELECT\s.+\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s)", re.DOTALL
    )
    wrong += [
        f"{module.place}:{node.lineno} holds SQL"
        for module in of("client.ui")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if statement.match(node.value)
    ]
    assert not wrong, "\n".join(wrong)


def test_screens_do_not_import_each_other():
    """A screen of several files (order, order_lines) has one first word, or a folder."""

    def family(name: str) -> str:
        return name.split(".")[3].split("_")[0]

    wrong = [
        f"{module.place}:{used.line} imports {used.name}"
        for module in of("client.ui.screens")
        if module.name.count(".") >= 3
        for used in module.imports
        if within(used.name, "client.ui.screens") and used.name.count(".") >= 3
        if family(used.name) != family(module.name)
    ]
    assert not wrong, "\n".join(wrong)


def test_imports_stand_at_the_top():
    """Except heavy libraries, and what a start puts off."""
    wrong = [
        f"{module.place}:{used.line} imports {used.name} inside a function"
        for module in modules()
        if module.name not in STARTS
        for used in module.imports
        if used.inside_function and used.name.split(".")[0] not in LAZY | ELSEWHERE
    ]
    assert not wrong, "\n".join(wrong)


def test_no_star_imports():
    wrong = [
        f"{module.place}:{used.line}"
        for module in modules()
        for used in module.imports
        if used.name.endswith(".*")
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_cycles():
    names = {module.name for module in modules()}

    def module_of(name: str) -> str | None:
        while name and name not in names:
            name = name.rpartition(".")[0]
        return name or None

    uses = {
        module.name: {
            found
            for used in module.imports
            if not (used.for_types_only or used.inside_function)
            if (found := module_of(used.name)) and found != module.name
        }
        for module in modules()
    }
    cycles: list[str] = []
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            cycles.append(" → ".join([*path[path.index(name) :], name]))
        elif name not in done:
            for used in sorted(uses[name]):
                visit(used, [*path, name])
            done.add(name)

    for name in sorted(uses):
        visit(name, [])
    assert not cycles, "\n".join(cycles)


def test_only_language_and_theme_are_global():
    allowed = {"client.i18n", "client.ui.theme"}
    wrong = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        if module.name not in allowed
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Global)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_signal_holds_its_screen():
    """A lambda that holds `self` keeps a closed screen alive until garbage is collected."""
    wrong = [
        f"{module.place}:{node.lineno} connects a lambda that holds self"
        for module in of("client.ui")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "connect"
        for argument in node.args
        if isinstance(argument, ast.Lambda)
        if any(isinstance(n, ast.Name) and n.id == "self" for n in ast.walk(argument.body))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_imported_name_is_there():
    """Also in what no test runs, like the measurements and the tour."""
    places = [*ROOT.glob("tests/bench/*.py"), *ROOT.glob("tests/tour/*.py")]
    wrong = []
    for place in places:
        for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(OWN):
                continue
            module = importlib.import_module(node.module or "")
            for name in (alias.name for alias in node.names):
                inside = f"{node.module}.{name}"
                if not hasattr(module, name) and importlib.util.find_spec(inside) is None:
                    wrong.append(f"{place.name}:{node.lineno} imports {inside}")
    assert places
    assert not wrong, "\n".join(wrong)
