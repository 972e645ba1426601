"""Writes operators through functions of the database. Passwords leave as SCRAM verifiers only."""

import json
from collections.abc import Mapping
from typing import Any

from psycopg2.extensions import encrypt_password
from sqlalchemy import JSON, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data import rights
from client.data.connection import Office
from client.data.errors import SENTENCES, Conflict, Gone, KnownError, state_of, stored_document
from client.data.login import SHORTEST_PASSWORD
from client.data.records import load
from client.i18n import N_, _
from client.model import Operator
from client.model.base import field_of_card
from client.model.operator import right_text
from server_schema.names import BadName, normal_login, operator_role

EXCEPTIONS, ROLES = "exceptions", "roles"
EXCEPTIONS_FIELD = field_of_card(EXCEPTIONS, N_("Exceptions from the role"), JSON(), "text")
Values = dict[str, Any]


def save_operator(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """Insert or update by `id` and `version`. Answers with the fresh record.

    The sessions of an operator whose rights changed go on until `end_sessions` is called in a
    transaction of its own. Raises Conflict, Gone or a database error.
    """
    given = {name: value for name, value in values.items() if name != "login"}
    query = text("SELECT save_operator(CAST(:doc AS jsonb), :version) ->> 'id'")
    asked = {"doc": json.dumps(given, default=str), "version": values.get("version")}
    try:
        id_ = session.execute(query, asked).scalar_one()
    except DBAPIError as error:
        if stored := stored_document(error):
            raise Conflict({}, dict(values), stored) from error
        if state_of(error) == "KH001":
            raise Gone(_(SENTENCES["KH001"])) from error
        raise
    return load(session, Operator, int(id_))


def rights_of(session: Session, operator: int | None) -> Values:
    """An operator's exceptions, and every role by code, as the form shows them."""
    given = rights.exceptions(session, operator) if operator is not None else {}
    return {EXCEPTIONS: given, ROLES: {role["code"]: role for role in rights.roles(session)}}


def save_with_exceptions(office: Office, values: Mapping[str, Any], base: Mapping[str, Any]) -> Any:
    """Save an operator and their exceptions from the role, both or neither.

    Besides the operator's columns, `values` holds EXCEPTIONS, and ROLES, which is ignored. Raises
    as `save_operator`.
    """
    plain = {name: v for name, v in values.items() if name not in (EXCEPTIONS, ROLES)}
    seen, wanted = base.get(EXCEPTIONS) or {}, values.get(EXCEPTIONS) or {}
    try:
        with office.session() as session:
            saved = save_operator(session, plain | {"version": base.get("version")})
            if wanted != seen:
                rights.set_exceptions(session, saved["id"], seen, wanted)
            return saved | rights_of(session, saved["id"])
    except DBAPIError as error:
        if state_of(error) != "KH002":
            raise
    except Conflict:
        pass
    with office.session() as session:
        stored = load(session, Operator, values["id"])
        raise Conflict(dict(base), dict(values), stored | rights_of(session, values["id"]))


def exceptions_text(given: Mapping[str, bool]) -> str:
    """Exceptions in words: Customers · Delete: allowed."""
    said = (
        f"{right_text(pair)}: {_('allowed') if allowed else _('refused')}"
        for pair, allowed in sorted(given.items())
    )
    return _("; ").join(said)


def set_login(
    office: Office, operator_id: int, login: str, password: str, newcomer: bool = True
) -> None:
    """Let an operator log in with this password; a newcomer must set their own first.

    Raises KnownError for a login or password that cannot be, and database errors.
    """
    try:
        plain = normal_login(login)
        role = operator_role(office.profile.role_prefix, plain)
    except BadName as error:
        raise KnownError(_(str(error))) from error
    if len(password) < SHORTEST_PASSWORD:
        raise KnownError(_("A password needs at least {n} characters.").format(n=SHORTEST_PASSWORD))
    with office.session() as session:
        driver: Any = session.connection().connection.dbapi_connection
        verifier = encrypt_password(password, role, driver, "scram-sha-256")
        query = text("SELECT set_login(:id, :login, :verifier, :newcomer)")
        asked = {"id": operator_id, "login": plain, "verifier": verifier, "newcomer": newcomer}
        session.execute(query, asked)
    end_sessions(office, operator_id)


def set_active(office: Office, operator_id: int, active: bool) -> dict[str, Any]:
    """Disable or enable an operator, and end the sessions a disabled one still has."""
    with office.session() as session:
        values = load(session, Operator, operator_id)
        saved = save_operator(session, {**values, "active": active})
    end_sessions(office, operator_id)
    return saved


def unlock(office: Office, operator_id: int) -> None:
    """Let an operator log in again who is locked after too many wrong passwords."""
    with office.session() as session:
        session.execute(text("SELECT unlock_login(:id)"), {"id": operator_id})


def end_sessions(office: Office, operator_id: int) -> int:
    """End an operator's sessions, so that their new rights hold at once. Returns how many were
    ended.
    """
    with office.session() as session:
        query = text("SELECT end_sessions(:id)")
        return int(session.scalar(query, {"id": operator_id}) or 0)


def find_operator(session: Session, text_: str) -> int:
    """The id of the operator with this login or code. Raises Gone."""
    query = text("SELECT id FROM operator WHERE login = :t OR code = :t ORDER BY login = :t DESC")
    found = session.scalar(query.bindparams(t=text_))
    if found is None:
        raise Gone(_("There is no operator {name}.").format(name=text_))
    return int(found)
