"""The project's own code as syntax trees, for the tests that guard it as a whole."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("client", "reports", "resources", "server_schema")


@dataclass(frozen=True)
class Import:
    """One imported name: in full, its line, and whether it is inside a function."""

    name: str
    line: int
    inside_function: bool
    for_types_only: bool


@dataclass(frozen=True)
class Module:
    """One file of code."""

    path: Path

    @property
    def name(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def place(self) -> str:
        """How a finding names the file."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[Import]:
        """What it imports; `from a import b` counts as `a.b`."""
        return list(_imports(self.tree, self, False, False))


def _imports(node: ast.AST, module: Module, inside: bool, types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, inside, types)
        elif isinstance(child, ast.ImportFrom):
            base = child.module or ""
            if child.level:
                above = module.name.split(".")
                keep = len(above) - child.level + (module.path.name == "__init__.py")
                base = ".".join([*above[:keep], *([child.module] if child.module else [])])
            for alias in child.names:
                yield Import(f"{base}.{alias.name}", child.lineno, inside, types)
        function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        checking = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield from _imports(child, module, inside or function, types or checking)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the program itself."""
    return tuple(
        Module(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
    )


@cache
def all_code() -> tuple[Module, ...]:
    """The program, its tests and its tools."""
    tools = [*ROOT.glob("*.py"), *(ROOT / "installers").rglob("*.py")]
    tests = sorted((ROOT / "tests").rglob("*.py"))
    return (*modules(), *(Module(path) for path in [*tools, *tests]))


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that belongs to the project; those of a clone where git is there to say."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    git = shutil.which("git")
    listed = subprocess.run(command, capture_output=True, text=True).stdout if git else ""
    if listed:
        found = [ROOT / name for name in listed.split("\0") if name]
        return tuple(path for path in found if path.is_file())
    folders = [ROOT / name for name in (*PACKAGES, "tests", "installers")]
    found = [path for path in ROOT.iterdir() if path.is_file()]
    found += [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return tuple(p for p in found if "__pycache__" not in p.parts and p.suffix != ".mo")
