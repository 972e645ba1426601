"""Everything a developer does, each one command, on a machine that has only Python.

It makes the private environment `.venv` by itself, so it uses the standard library alone.
"""

import argparse
import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
STAMP = ENVIRONMENT / "kehu-setup.stamp"
OLDEST = (3, 11)

# What Qt needs of the system: a library of it, and the Debian package that brings it.
OFFSCREEN = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
}
DISPLAY = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
GUARDS = ["tests/test_architecture.py", "tests/test_sizes.py", "tests/test_texts.py"]


def main() -> int:
    """Do what the command line asks; the result is the exit code."""
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="open the program, with a demo office at the first time")
    commands.add_parser("test", help="run the tests; what follows is passed on to pytest")
    commands.add_parser("check", help="look the code over: ruff, mypy and the guard tests")
    commands.add_parser("setup", help="make the environment, no more")
    commands.add_parser("bench", help="measure speed against plain programs")
    tour = commands.add_parser("tour", help="draw every screen and every paper")
    tour.add_argument("out", help="folder for the pictures")
    options, rest = parser.parse_known_args()
    if rest and options.command not in ("test", "bench", "tour", "run"):
        parser.error("unknown: " + " ".join(rest))
    if sys.version_info < OLDEST:
        return complain("Python 3.11 or newer is needed.")
    try:
        return COMMANDS[options.command](options, rest)
    except subprocess.CalledProcessError as error:
        return complain(f"Failed: {' '.join(map(str, error.cmd))}")
    except KeyboardInterrupt:
        return 130


def complain(text: str) -> int:
    """Print a line where errors go; the result is the exit code."""
    print(text, file=sys.stderr, flush=True)
    return 1


# Commands


def setup(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Make or renew the environment."""
    prepare(OFFSCREEN)
    return 0


def run(_options: argparse.Namespace, rest: list[str]) -> int:
    """Open the program on the embedded server, with a demo office at the first time."""
    headless = os.environ.get("QT_QPA_PLATFORM") in ("offscreen", "minimal")
    prepare(OFFSCREEN if headless else OFFSCREEN | DISPLAY)
    if call([str(PYTHON), "-m", "server_schema.first_run"]):
        return 1
    if sys.platform.startswith("linux") and not any(map(os.environ.get, DISPLAYS)):
        return complain("There is no display to open a window on; `xvfb-run -a` makes one.")
    return call([str(PROGRAMS / "kehu"), *rest])


def test(_options: argparse.Namespace, rest: list[str]) -> int:
    """Run pytest, all tests unless told otherwise."""
    prepare(OFFSCREEN)
    return pytest([*workers(rest), *rest])


def check(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Run every check, also after one has failed."""
    prepare(OFFSCREEN)
    python = str(PYTHON)
    results = [
        call([python, "-m", "ruff", "check", "."]),
        call([python, "-m", "ruff", "format", "--check", "."]),
        call([python, "-m", "mypy"]),
        pytest(["-q", *GUARDS]),
    ]
    return int(any(results))


def bench(_options: argparse.Namespace, rest: list[str]) -> int:
    """Measure speed."""
    prepare(OFFSCREEN | DISPLAY, programs={"xvfb-run": "xvfb", "xauth": "xauth"})
    return call([str(PYTHON), "-m", "tests.bench", *rest])


def tour(options: argparse.Namespace, rest: list[str]) -> int:
    """Draw every screen and every paper into a folder."""
    prepare(OFFSCREEN)
    out = str(Path(options.out).resolve())
    return call([str(PYTHON), "-m", "tests.tour", out, *rest], offscreen())


COMMANDS = {
    "run": run,
    "test": test,
    "check": check,
    "setup": setup,
    "bench": bench,
    "tour": tour,
}


def call(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder; the result is its exit code."""
    return subprocess.run(command, cwd=ROOT, env=environment).returncode


def offscreen() -> dict[str, str]:
    """An environment whose windows are drawn in memory, unless a display is asked for."""
    return {"QT_QPA_PLATFORM": "offscreen", **os.environ}


def pytest(arguments: list[str]) -> int:
    """Run pytest with a home of its own, which is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="kehu-test-", ignore_cleanup_errors=True) as home:
        environment = {**offscreen(), "KEHU_HOME": home}
        environment.pop("KEHU_PASSWORD", None)
        return call([str(PYTHON), "-m", "pytest", *arguments], environment)


def workers(rest: list[str]) -> list[str]:
    """Run tests side by side, unless it is told how or only some are chosen."""
    told = any(a.startswith(("-n", "--numprocesses", "--pdb", "-p")) for a in rest)
    chosen = any("::" in a for a in rest)
    if told or chosen:
        return []
    return ["-n", str(min(4, max(2, (os.cpu_count() or 2) // 2))), "--dist=loadfile"]


# Setting up


def prepare(libraries: dict[str, str], programs: dict[str, str] | None = None) -> None:
    """Bring environment and system libraries up to date; quick when they are."""
    missing = [package for name, package in libraries.items() if not loads(name)]
    missing += [p for name, p in (programs or {}).items() if not (WINDOWS or shutil.which(name))]
    need_packages(missing)
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and PYTHON.exists():
        compile_catalogues()
        return
    if not environment_fits():
        make_environment()
    print("Installing the libraries; the first time takes about a minute …", flush=True)
    install("--require-hashes", "-r", "requirements.lock")
    install("--no-deps", "--no-build-isolation", "-e", ".")
    compile_catalogues()
    STAMP.write_text(wanted)


def install(*arguments: str) -> None:
    """Let the environment's pip install something, from the project's folder."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    subprocess.run([*pip, *arguments], cwd=ROOT, check=True)


def fingerprint() -> str:
    """What the environment depends on, in short."""
    parts = [(ROOT / name).read_bytes() for name in ("requirements.lock", "pyproject.toml")]
    return hashlib.sha256(b"".join([*parts, sys.version.encode(), str(ROOT).encode()])).hexdigest()


def environment_fits() -> bool:
    """Whether `.venv` was made here and by this Python; its programs hold its path."""
    ask = "import pip, sys; print(sys.version, sys.prefix)"
    try:
        answer = subprocess.run([str(PYTHON), "-c", ask], capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == f"{sys.version} {ENVIRONMENT}".strip()


def make_environment() -> None:
    """Make `.venv` anew; Debian keeps what that needs in a package of its own."""
    if not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        need_packages(["python3-venv"])
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)


def compile_catalogues() -> None:
    """Compile the translations where one is newer than what was compiled of it."""
    for folder in (ROOT / "resources" / "locale").glob("*"):
        compiled = folder / "LC_MESSAGES" / "kehu.mo"
        sources = [path.stat().st_mtime for path in folder.glob("*.po")]
        if sources and (not compiled.exists() or compiled.stat().st_mtime < max(sources)):
            subprocess.run([str(PYTHON), "-m", "resources.catalogues"], cwd=ROOT, check=True)
            return


def loads(library: str) -> bool:
    """Whether the system has this library; those of other systems count as there."""
    if not sys.platform.startswith("linux"):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def need_packages(packages: list[str]) -> None:
    """Install Debian packages as root, otherwise stop with the line to type."""
    if not packages:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        sudo = "sudo apt-get install " + " ".join(packages)
        sys.exit(f"Something of the system is missing. Type: {sudo}")
    print("Installing: " + " ".join(packages), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"env": environment, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-q"], check=True, **quiet)
    subprocess.run(install, check=True, **quiet)


if __name__ == "__main__":
    sys.exit(main())
