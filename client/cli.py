"""The command `kehu`: without arguments the window, with a word after it the same work without.

Nothing slow is imported before it is needed, so that `kehu --help` answers at once.
"""

import argparse
import getpass
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from client import i18n
from client.i18n import N_, _
from resources import LANGUAGES, system_language

if TYPE_CHECKING:
    from client.data.connection import Office
    from client.data.profiles import Profile

DONE, REFUSED, USAGE = 0, 1, 2
# Each module has add_parser(subparsers) and run(args, office) -> exit code.
COMMANDS = {
    "import": ("client.cli_import", N_("Take records from a workbook or a CSV file")),
    "export": ("client.cli_export", N_("Write all records of a kind to a workbook")),
    "print": ("client.cli_print", N_("Write a document to a PDF file")),
    "report": ("client.cli_report", N_("Write a report to a file")),
    "operator": ("client.cli_operator", N_("Add, disable or enable operators, set passwords")),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `kehu`. Exit codes: 0 done, 1 refused with a sentence, 2 not understood."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    i18n.use(_language(given))
    if not given:
        return _window(given)
    try:
        args, module = _parse(given)
    except SystemExit as ended:
        return int(ended.code or 0)
    if module is None:
        return _window(given)
    return _work(args, module)


def _window(given: list[str]) -> int:
    return int(importlib.import_module("client.app").main(given) or 0)


def _language(given: list[str]) -> str:
    """The language asked for, known before the arguments are read: help is translated too."""
    for place, word in enumerate(given):
        name, _equals, value = word.partition("=")
        value = value or next(iter(given[place + 1 :]), "")
        if name == "--language" and value in LANGUAGES:
            return value
    return system_language()


def _parse(given: list[str]) -> tuple[argparse.Namespace, ModuleType | None]:
    parser = argparse.ArgumentParser(
        prog="kehu",
        description=_("The customer ledger of an office. Without a command, its window opens."),
    )
    parser.add_argument("--language", choices=sorted(LANGUAGES), help=_("en or zh_CN"))
    commands = parser.add_subparsers(dest="command", metavar=_("command"))
    wanted = next((word for word in given if word in COMMANDS), None)
    module = None
    for name, (path, help_text) in COMMANDS.items():
        if name == wanted:
            module = importlib.import_module(path)
            module.add_parser(commands)
            _add_common(commands.choices[name])
        else:
            commands.add_parser(name, help=_(help_text))
    args = parser.parse_args(given)
    return args, module if args.command else None


def _add_common(parser: argparse.ArgumentParser) -> None:
    """Who works where; also on the commands of a command."""
    below = [
        choice
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action.choices.values()
    ]
    for each in below or [parser]:
        group = each.add_argument_group(_("login"))
        group.add_argument("--user", required=True, help=_("login of the operator"))
        group.add_argument(
            "--server",
            default="embedded",
            metavar=_("PROFILE|URL"),
            help=_("a server kept in the login window, or postgresql://host:port/database"),
        )
        group.add_argument(
            "--language", choices=sorted(LANGUAGES), default=i18n.current(), help=_("en or zh_CN")
        )


def _work(args: argparse.Namespace, module: ModuleType) -> int:
    """Log in, do it, and turn every foreseen failure into a sentence."""
    from client.cli_asked import settle_days
    from client.data import errors

    try:
        profile, password = credentials(args)
        if before := getattr(module, "run_before_login", None):
            done = before(args, profile, password)
            if done is not None:
                return int(done)
        office = _login(args, profile, password)
        office.report("login")
        try:
            settle_days(args, office.today)
            return int(module.run(args, office))
        finally:
            with suppress(Exception):  # the work is done, or its own error says more
                office.report("logout")
            office.close()
    except KeyboardInterrupt:
        return refuse(_("The work was cancelled."))
    except OSError as error:
        return refuse(file_sentence(error))
    except Exception as error:
        if not errors.known(error):
            _log(error)
        return refuse(errors.sentence(error))


def _login(args: argparse.Namespace, profile: "Profile", password: str) -> "Office":
    from client.data.connection import Office

    return Office.open(profile, args.user, password, via="command")


def credentials(args: argparse.Namespace) -> tuple["Profile", str]:
    """Where and with which password: of the environment, the keyring, or typed."""
    from client.data import passwords
    from client.data.errors import KnownError
    from client.data.profiles import profile_from
    from client.settings import Settings
    from server_schema.home import home

    settings = Settings(home() / "settings.json")
    profile = profile_from(args.server, settings.profiles)
    if password := os.environ.get("KEHU_PASSWORD"):
        return profile, password
    if password := passwords.find(_kept(profile), args.user):
        return profile, password
    if not sys.stdin.isatty():
        raise KnownError(_("A password is needed: set KEHU_PASSWORD, or keep it in the keyring."))
    return profile, getpass.getpass(_("Password of {user}: ").format(user=args.user))


def _kept(profile: "Profile") -> dict[str, Any]:
    """The profile as the login window names it in the keyring."""
    if profile.embedded:
        return {"host": "", "port": 0, "database": ""}
    return {"host": profile.host, "port": profile.port, "database": profile.database}


def refuse(sentence: str) -> int:
    """Say why nothing was done, and the exit code for it."""
    print(sentence, file=sys.stderr)
    return REFUSED


def file_sentence(error: OSError) -> str:
    """What is wrong with a file, in words."""
    name = os.path.basename(str(error.filename or ""))
    if isinstance(error, FileNotFoundError):
        return _("There is no such file or folder: {name}").format(name=error.filename or name)
    if isinstance(error, PermissionError):
        text = _("{name} cannot be written. Is it open in another program?")
        return text.format(name=name or _("The file"))
    text = _("{name}: the file cannot be read or written ({reason}).")
    return text.format(name=name or _("The file"), reason=error.strerror or error)


def _log(error: Exception) -> None:
    from server_schema.home import home

    folder = home() / "logs"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=folder / "command.log", encoding="utf-8")
    except OSError:
        logging.basicConfig(handlers=[logging.NullHandler()])
    logging.error("unexpected", exc_info=error)


if __name__ == "__main__":
    sys.exit(main())
