"""`kehu operator add|disable|enable|password`: who may log in."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from client.cli import DONE
from client.data.errors import KnownError
from client.data.login import change_password
from client.data.operators import find_operator, save_operator, set_active, set_login
from client.data.profiles import Profile
from client.data.records import load
from client.i18n import _
from client.model import Department, Operator
from client.model.operator import RIGHTS, SCOPES
from server_schema.names import BadName, normal_login

if TYPE_CHECKING:
    from client.data.connection import Office


def add_parser(commands: Any) -> None:
    """The command's own arguments, and those of its parts."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "operator", help=_("Add, disable or enable operators, set passwords")
    )
    parts = parser.add_subparsers(
        dest="action", required=True, metavar="add|disable|enable|password"
    )
    add = parts.add_parser("add", help=_("a new operator, or a login for an imported one"))
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--name", help=_("needed for a new operator"))
    add.add_argument("--code", help=_("of an operator without login, or of the new one"))
    add.add_argument("--scope", choices=[s for s, _l in SCOPES if s != "chosen"])
    add.add_argument("--department", metavar="CODE")
    add.add_argument("--rights", choices=[r for r, _l in RIGHTS])
    _add_password(add)
    add.add_argument(
        "--change-at-login", action="store_true", help=_("a new password has to be set at first")
    )
    disable = parts.add_parser("disable", help=_("end a login; the records stay"))
    disable.add_argument("login", metavar="LOGIN")
    enable = parts.add_parser("enable", help=_("let somebody who was disabled log in again"))
    enable.add_argument("login", metavar="LOGIN")
    password = parts.add_parser("password", help=_("set a password, one's own or another's"))
    password.add_argument("login", metavar="LOGIN")
    _add_password(password)
    password.add_argument(
        "--keep", action="store_true", help=_("no new password has to be set at the next login")
    )


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-file", type=Path, required=True, help=_("its first line is the password")
    )


def run_before_login(args: argparse.Namespace, profile: Profile, password: str) -> int | None:
    """One's own password: also for those who cannot log in before they have a new one."""
    if args.action != "password" or args.login.casefold() != args.user.casefold():
        return None
    change_password(profile, args.user, password, _password(args.password_file))
    return DONE


def run(args: argparse.Namespace, office: "Office") -> int:
    """Do one of them. Raises KnownError and database errors."""
    if args.action == "add":
        return _add(args, office)
    with office.session() as session:
        operator = find_operator(session, args.login)
    if args.action in ("disable", "enable"):
        set_active(office, operator, args.action == "enable")
    else:
        new = _password(args.password_file)
        set_login(office, operator, args.login, new, newcomer=not args.keep)
    return DONE


def _add(args: argparse.Namespace, office: "Office") -> int:
    password = _password(args.password_file)
    with office.session() as session:
        _check_login(session, args.login)
        known = _by_code(session, args.code)
        if not known and not args.name:
            raise KnownError(_("A new operator needs a name (--name)."))
        given: dict[str, Any] = dict(known)
        asked = {"name": args.name, "scope": args.scope, "rights": args.rights}
        given |= {name: value for name, value in asked.items() if value}
        if args.department:
            given["department_id"] = _department(session, args.department)
        given["active"] = True
        given.setdefault("code", args.code or args.login.upper())
        operator = save_operator(session, given)
    set_login(office, operator["id"], args.login, password, newcomer=args.change_at_login)
    print(_("{name} can log in as {login}.").format(name=operator["name"], login=args.login))
    return DONE


def _by_code(session: Session, code: str | None) -> dict[str, Any]:
    """The operator with that code; nothing where there is none. Raises KnownError with a login."""
    if not code:
        return {}
    table = Operator.__table__
    found = session.scalar(select(table.c.id).where(table.c.code == code))
    if found is None:
        return {}
    values = load(session, Operator, found)
    if values["login"]:
        text = _("Operator {code} logs in as {login} already.")
        raise KnownError(text.format(code=code, login=values["login"]))
    return values


def _check_login(session: Session, login: str) -> None:
    """Before anything is saved: the login can be one, and nobody has it."""
    try:
        plain = normal_login(login)
    except BadName as error:
        raise KnownError(_(str(error))) from error
    table = Operator.__table__
    if session.scalar(select(table.c.id).where(table.c.login == plain)) is not None:
        raise KnownError(
            _("There is an operator who logs in as {login} already.").format(login=plain)
        )


def _department(session: Session, code: str) -> int:
    table = Department.__table__
    found = session.scalar(select(table.c.id).where(table.c.code == code))
    if found is None:
        raise KnownError(_("There is no department with the code {code}.").format(code=code))
    return int(found)


def _password(path: Path) -> str:
    """The first line of the file. Raises KnownError where there is none."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        lines = []
    if not lines or not lines[0]:
        raise KnownError(_("The password file {name} has no text.").format(name=path.name))
    return lines[0]
