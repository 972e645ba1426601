-- What no office has, though it can be given to one by hand: what its operators' roles can do besides
-- what their groups may, who else is in its groups, and settings that switch rules off.
WITH office AS (
    SELECT oid, rolname::text AS name, rolname <> ALL (%(groups)s) AS operator FROM pg_roles
    WHERE rolname = ANY (%(groups)s) OR starts_with(rolname, %(operators)s)
), member AS (
    SELECT g.rolname::text AS role, m.rolname::text AS member, admin_option OR set_option AS gives,
        gr.operator AS of_operator, mr.operator AS is_operator
    FROM pg_auth_members
    JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
    LEFT JOIN office gr ON gr.oid = roleid LEFT JOIN office mr ON mr.oid = member
)
SELECT concat_ws(' ', 'role', o.name, able.word)
FROM office o JOIN pg_roles r USING (oid), LATERAL (VALUES (rolsuper, 'SUPERUSER'),
    (rolcreatedb, 'CREATEDB'), (rolcreaterole, 'CREATEROLE'), (rolreplication, 'REPLICATION'),
    (rolbypassrls, 'BYPASSRLS')) AS able (yes, word)
WHERE operator AND able.yes
UNION ALL SELECT concat_ws(' ', 'role', o.name, 'CONNECTION LIMIT', rolconnlimit)
FROM office o JOIN pg_roles r USING (oid)
JOIN public.operator p ON o.name = %(operators)s || p.login
WHERE rolconnlimit NOT BETWEEN 0 AND %(connections)s
UNION ALL SELECT concat_ws(' ', 'role', member, 'IN', role) FROM member
WHERE is_operator AND (gives OR role <> ALL (%(held)s))
    OR is_operator IS NULL AND of_operator IS NOT NULL
UNION ALL SELECT concat_ws(' ', 'role', coalesce(o.name, 'ALL'), 'SET', asked.setting)
FROM pg_db_role_setting s LEFT JOIN office o ON o.oid = s.setrole, unnest(setconfig) AS asked (setting)
WHERE (s.setrole = 0 OR o.oid IS NOT NULL)
    AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND split_part(asked.setting, '=', 1) = ANY (%(settings)s)
UNION ALL SELECT concat_ws(' ', 'parameter', name, '=', reset_val) FROM pg_settings
WHERE name = ANY (%(settings)s) AND reset_val IS DISTINCT FROM boot_val
    AND source NOT IN ('default', 'client', 'session', 'database', 'user', 'database user', 'global')
UNION ALL SELECT concat_ws(' ', e.privilege_type, 'ON PARAMETER', parname, 'TO',
    coalesce(o.name, 'PUBLIC'))
FROM pg_parameter_acl, aclexplode(paracl) e LEFT JOIN office o ON o.oid = e.grantee
WHERE e.grantee = 0 OR o.oid IS NOT NULL
ORDER BY 1
