"""Finds what is wrong with an office's server, by looking at the server itself.

Each finding would let somebody see or do more than they may, without any error to show it.
"""

from dataclasses import dataclass
from typing import Any

from psycopg2 import extensions

from resources import translator
from server_schema import likeness, schema
from server_schema.messages import N_
from server_schema.names import GROUP_OF_RIGHT, group_role
from server_schema.server import is_safe, prefix_of, version_text
from server_schema.tables import TABLES as OUR_TABLES


@dataclass(frozen=True)
class Finding:
    """Something wrong: a code for programs, the object it is about, a sentence for a person."""

    code: str
    object: str
    text: str

    def sentence(self, language: str) -> str:
        """The finding in `language`."""
        return translator(language)(self.text).format(object=self.object)


OURS = "NOT starts_with(n.nspname, 'pg_') AND n.nspname <> 'information_schema'"
TABLES = f"""
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND {OURS} AND NOT c.relname = ANY (%(open)s)
  AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid))
ORDER BY 1
"""
VIEWS = f"""
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {OURS} AND (c.relkind = 'm' OR c.relkind = 'v' AND NOT EXISTS (
    SELECT FROM pg_options_to_table(c.reloptions)
    WHERE option_name = 'security_invoker' AND option_value::boolean))
  AND NOT (n.nspname = 'masked' AND c.relkind = 'v' AND c.relname = ANY (%(masked)s)
    AND pg_get_userbyid(c.relowner) = %(prefix)s || '_owner'
    AND c.reloptions && '{{security_barrier,security_barrier=true}}')
ORDER BY 1
"""
DEFINERS = f"""
SELECT p.proname || '(' || replace(oidvectortypes(p.proargtypes), ', ', ',') || ')', o.rolsuper,
       (SELECT option_value FROM pg_options_to_table(p.proconfig)
        WHERE option_name = 'search_path')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
WHERE p.prosecdef AND {OURS}
ORDER BY 1
"""
# A reset operator is in the newcomers' role alone, until the password is changed.
RIGHTS = """
WITH office AS (
    SELECT o.login, o.active AND o.deleted_at IS NULL AS active, o.rights_changed_at,
           ARRAY(SELECT asked.role FROM unnest(%(modules)s, %(actions)s, %(roles)s)
                     AS asked (module, action, role)
                 WHERE can_of(o.id, asked.module, asked.action) ORDER BY 1) AS rights,
           %(prefix)s || '.' || o.login AS role,
           CASE o.scope WHEN 'all' THEN ARRAY[%(prefix)s || '_all']
               ELSE ARRAY[%(prefix)s || '_wide', %(prefix)s || '_scoped'] END AS right_ones,
           CASE o.scope WHEN 'all' THEN ARRAY[%(prefix)s || '_wide', %(prefix)s || '_scoped']
               ELSE ARRAY[%(prefix)s || '_all'] END AS wrong_ones
    FROM operator o WHERE o.login IS NOT NULL
), member AS (
    SELECT r.rolname AS role, r.rolcanlogin, array_agg(coalesce(g.rolname::text, '')) AS groups
    FROM pg_roles r LEFT JOIN pg_auth_members m ON m.member = r.oid
    LEFT JOIN pg_roles g ON g.oid = m.roleid GROUP BY r.oid, r.rolname, r.rolcanlogin
)
SELECT o.login FROM office o LEFT JOIN member m ON m.role = o.role
WHERE o.active IS DISTINCT FROM coalesce(m.rolcanlogin, false)
   OR o.active AND m.groups && o.wrong_ones
   OR o.active AND (m.groups && o.right_ones) = (%(prefix)s || '_newcomer' = ANY (m.groups))
   OR o.active AND NOT %(prefix)s || '_newcomer' = ANY (m.groups)
      AND o.rights <> ARRAY(SELECT g FROM unnest(m.groups) g WHERE g = ANY (%(roles)s) ORDER BY 1)
   OR EXISTS (SELECT FROM pg_stat_activity a WHERE a.usename = o.role
              AND a.datname = current_database()
              AND (NOT o.active OR a.backend_start < o.rights_changed_at))
ORDER BY 1
"""
REACH = """
SELECT o.code FROM operator o LEFT JOIN reach r ON r.operator_id = o.id
WHERE (o.scope IN ('department', 'chosen')) IS DISTINCT FROM (r.operator_id IS NOT NULL)
   OR r.owners <> operators_in_scope(o.id) OR r.seen <> by_number(r.owners)
ORDER BY 1
"""
STRAY_ROLES = """
SELECT rolname FROM pg_roles r
WHERE starts_with(rolname, %(prefix)s || '.') AND rolcanlogin
  AND NOT EXISTS (SELECT FROM operator WHERE rolname = %(prefix)s || '.' || login)
ORDER BY 1
"""
OPEN_DATABASE = """
SELECT datname FROM pg_database
WHERE datname = current_database()
  AND (datacl IS NULL OR EXISTS (SELECT FROM aclexplode(datacl) WHERE grantee = 0))
"""
# The file as it stands, whether it was loaded or will be at the next start.
WITHOUT_PASSWORD = """
SELECT concat_ws(' ', type, array_to_string(database, ','), array_to_string(user_name, ','),
    address)
FROM pg_hba_file_rules
WHERE auth_method = 'trust' AND EXISTS (SELECT FROM unnest(database) AS named
    WHERE named IN ('all', 'sameuser', 'samerole', 'samegroup', current_database())
        OR named ~ '^[/+@]')
ORDER BY line_number
"""

# One of them outlives its session and its owner's rights, and keeps what it has locked.
PREPARED = """
SELECT setting FROM pg_settings WHERE name = 'max_prepared_transactions' AND setting <> '0'
"""


def examine(connection: extensions.connection) -> list[Finding]:
    """Everything that is wrong, the gravest first. The connection is a superuser's."""
    prefix = prefix_of(connection)
    if prefix is None:
        return [Finding("no-office", "", N_("There is no office in this database."))]
    masked = ["entry", *(table.name for table in OUR_TABLES if table.masked)]
    modules, actions = zip(*GROUP_OF_RIGHT, strict=True)
    values = {
        "prefix": prefix,
        "open": sorted(schema.OPEN_TABLES),
        "masked": masked,
        "modules": list(modules),
        "actions": list(actions),
        "roles": [group_role(prefix, group) for group in GROUP_OF_RIGHT.values()],
    }
    findings = [*_server(connection.server_version), *_definers(connection)]
    for code, query, text in CHECKS:
        findings += [Finding(code, name, text) for (name,) in _query(connection, query, values)]
    findings += _schema(connection) or _unlike(connection, prefix, findings)
    connection.rollback()
    return findings


CHECKS = [
    (
        "table-without-policies",
        TABLES,
        N_("The table {object} has no row policies: every operator sees all of it."),
    ),
    (
        "view-shows-all",
        VIEWS,
        N_("The view {object} shows its owner's rows to everybody (no security_invoker)."),
    ),
    (
        "right-pending",
        RIGHTS,
        N_(
            "Changed rights of {object} are not in force yet: end the operator's sessions, or save"
            " the operator's rights again."
        ),
    ),
    (
        "reach-wrong",
        REACH,
        N_(
            "What {object} sees is not what their data scope says: save the operator's data scope"
            " again."
        ),
    ),
    (
        "stray-role",
        STRAY_ROLES,
        N_("The role {object} can log in, but belongs to no operator."),
    ),
    (
        "database-open",
        OPEN_DATABASE,
        N_("Everybody on the server may connect to the database {object}."),
    ),
    (
        "no-password",
        WITHOUT_PASSWORD,
        N_("A line of pg_hba.conf lets people log in without a password: {object}."),
    ),
    (
        "prepared-transactions",
        PREPARED,
        N_(
            "max_prepared_transactions is {object}: an operator can leave a transaction behind that"
            " no end of a session ends, and so keep their rights from being changed. Set it to 0."
        ),
    ),
]


def _server(version: int) -> list[Finding]:
    if is_safe(version):
        return []
    text = N_("PostgreSQL {object} has known holes: 16.10, 17.6 or 18 are needed.")
    return [Finding("old-server", version_text(version), text)]


def _definers(connection: extensions.connection) -> list[Finding]:
    """Functions that run with their owner's rights: each is a door, and must be a known one."""
    known = {name.replace(" ", "") for name in schema.DEFINERS}
    findings = []
    for name, superuser, path in _query(connection, DEFINERS, {}):
        if name.replace(" ", "") not in known:
            text = N_("The function {object} runs with its owner's rights, but is not a known one.")
            findings.append(Finding("definer-unknown", name, text))
        if superuser:
            text = N_("The function {object} runs with a superuser's rights.")
            findings.append(Finding("definer-superuser", name, text))
        if not _is_tight(path):
            text = N_("The function {object} can be led to other objects by a search path.")
            findings.append(Finding("definer-search-path", name, text))
    return findings


def _is_tight(path: str | None) -> bool:
    """Whether a search path is fixed and looks for temporary objects last."""
    places = [place.strip().strip('"') for place in (path or "").split(",")]
    return places[-1] == "pg_temp" and places.count("pg_temp") == 1 and "$user" not in places


def _schema(connection: extensions.connection) -> list[Finding]:
    found = schema.version(connection)
    if found == schema.HEAD:
        return []
    text = N_("The database is of version {object}; `kehu-server upgrade` brings it up to date.")
    return [Finding("schema-version", str(found), text)]


def _unlike(
    connection: extensions.connection, prefix: str, findings: list[Finding]
) -> list[Finding]:
    """What is not as this program makes it, save what is named already."""
    more, less, changed = likeness.differences(connection, prefix)
    more = likeness.added(connection, prefix) + more
    told = (
        ("not-ours", more, N_("This was given or added by hand: {object}.")),
        (
            "missing",
            less,
            N_("This is missing: {object}. `kehu-server upgrade` makes rights and functions anew."),
        ),
        (
            "changed",
            changed,
            N_(
                "This is not as this program makes it: {object}. `kehu-server upgrade` makes rights"
                " and functions anew."
            ),
        ),
    )
    named = {finding.object for finding in findings}
    return [
        Finding(code, thing, text)
        for code, things, text in told
        for thing in things
        if not any(f" {thing}".endswith(f" {name}") for name in named)
    ]


def _query(
    connection: extensions.connection, query: str, values: dict[str, Any]
) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
