"""Operators are written by functions of the database, and their passwords never leave as text."""

import json
from collections.abc import Mapping
from typing import Any

from psycopg2.extensions import encrypt_password
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.connection import SHORTEST_PASSWORD, Office
from client.data.errors import STATES, Conflict, Gone, KnownError, state_of, stored_document
from client.data.records import load
from client.i18n import _
from client.model import Operator
from server_schema.names import BadName, normal_login, operator_role


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
            raise Gone(_(STATES["KH001"])) from error
        raise
    return load(session, Operator, int(id_))


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


def end_sessions(office: Office, operator_id: int) -> int:
    """End what the operator has open, so that changed rights hold. Answers with how many."""
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
