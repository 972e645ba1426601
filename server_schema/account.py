"""The system account that the embedded server runs as.

PostgreSQL refuses to run as root, so root starts it as an account of its own, in folders that
this account can reach; everybody else runs it as themselves.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from server_schema.messages import N_, Refused

if sys.platform != "win32":
    import pwd

NAME = "kehu"
STATE = Path("/var/lib/kehu")


@dataclass(frozen=True)
class Account:
    """A system account: its name and its numbers."""

    name: str
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give the file or folder to the account."""
        os.chown(path, self.uid, self.gid)


def is_root() -> bool:
    """Whether this process is root on a system that has one."""
    return sys.platform != "win32" and os.geteuid() == 0


def account_for(folder: Path) -> Account | None:
    """Who runs the server whose files lie in `folder`; None means the present user."""
    if not is_root():
        return None
    if folder.exists():
        uid = folder.stat().st_uid
        if uid != 0:
            entry = pwd.getpwuid(uid)
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return _own_account()


def place_for(home: Path) -> Path:
    """The folder for the server's files of this home, where its account can reach them."""
    if not is_root() or _reachable(home):
        return home / "server"
    return STATE / hashlib.sha256(str(home).encode()).hexdigest()[:12]


def make_folder(folder: Path, account: Account | None) -> None:
    """Make the server's private folder, below parents that anybody may pass through."""
    if account and not folder.exists():
        _make_public(folder.parent)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if account:
        account.own(folder)


def readable_binaries(binaries: Path, account: Account | None) -> Path:
    """The folder of the server's programs, or a copy of it where the account cannot read it.

    The programs find their libraries beside their package, so both are copied.
    """
    if account is None or _runs(binaries / "postgres", account):
        return binaries
    package = binaries.parents[1]
    stamp = hashlib.sha256(f"{package}{binaries.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copied = STATE / "programs" / stamp
    inside = copied / binaries.relative_to(package.parent)
    if not copied.exists():
        fresh = copied.with_name(f"{stamp}.{os.getpid()}")
        _make_public(copied.parent)
        installation = binaries.parent.relative_to(package.parent)
        shutil.copytree(binaries.parent, fresh / installation)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        _open_for_reading(fresh)
        try:
            fresh.rename(copied)
        except OSError:  # somebody else was quicker
            shutil.rmtree(fresh)
    if not _runs(inside / "postgres", account):
        raise Refused(N_("The database server's programs cannot be run from {path}."), path=inside)
    return inside


def run(
    command: list[str],
    account: Account | None,
    output: Path | None = None,
    seconds: float = 600,
) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs as `account`.

    What is started and lives on would hold a pipe open for ever: with `output`, everything is
    appended to that file instead of being returned.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
    environment.update(LC_ALL="C", LANG="C")
    options: dict[str, object] = {"env": environment, "timeout": seconds}
    if account:
        options.update(user=account.uid, group=account.gid, extra_groups=[], cwd="/", umask=0o077)
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    options["stdin"] = subprocess.DEVNULL
    if output is None:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", **options)  # type: ignore[call-overload, no-any-return]
    with output.open("ab") as file:
        return subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, **options)  # type: ignore[call-overload, no-any-return]


def _own_account() -> Account:
    for attempt in range(20):
        try:
            entry = pwd.getpwnam(NAME)
        except KeyError:
            if attempt:
                time.sleep(0.1)  # another process may be adding it at this moment
            command = ["useradd", "--system", "--user-group", "--no-create-home"]
            command += ["--home-dir", str(STATE), "--shell", "/usr/sbin/nologin", NAME]
            subprocess.run(command, check=False, capture_output=True)
        else:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise Refused(N_("The system account {name} for the server could not be added."), name=NAME)


def _reachable(folder: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


def _runs(program: Path, account: Account) -> bool:
    try:
        return run([str(program), "--version"], account).returncode == 0
    except OSError:
        return False


def _make_public(folder: Path) -> None:
    for path in (*reversed(folder.parents), folder):
        if not path.exists():
            path.mkdir(exist_ok=True)
            path.chmod(0o755)  # whatever the umask says; folders that were there stay as they are


def _open_for_reading(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
