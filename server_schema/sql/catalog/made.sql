-- Everything in this database that decides on who may do what, as (thing, part_of, said): what it is
-- called, what it goes with, and all that is said of it. Of what stands in the catalogs of every
-- database, functions and grants alone can be changed, so these are here as well.
WITH space AS (
    SELECT * FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'
), ours AS (
    SELECT oid FROM space
    WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_')
), relation AS (
    SELECT c.* FROM pg_class c JOIN ours n ON n.oid = c.relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
), object (class, oid, sub, relation, said) AS (
    SELECT 'pg_class'::regclass, oid, 0, 0::oid, concat_ws(' ', relkind, pg_get_userbyid(relowner),
        relpersistence, relrowsecurity, relforcerowsecurity, reloptions,
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END)
    FROM relation
    -- Each operator has counters of their own.
    WHERE NOT (relkind = 'S' AND relname ~ '^(duplicates|imports)_of_[0-9]+$'
        AND pg_get_userbyid(relowner) = %(owner)s)
    UNION ALL SELECT 'pg_class'::regclass, a.attrelid, a.attnum, a.attrelid, concat_ws(' ',
        format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
        pg_get_expr(d.adbin, d.adrelid))
    FROM pg_attribute a JOIN relation c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
    UNION ALL SELECT 'pg_constraint'::regclass, k.oid, 0, conrelid,
        concat_ws(' ', pg_get_constraintdef(k.oid), convalidated)
    FROM pg_constraint k JOIN ours n ON n.oid = k.connamespace WHERE contype <> 't'
    UNION ALL SELECT 'pg_class'::regclass, i.indexrelid, 0, i.indrelid,
        concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid)
    FROM pg_index i JOIN relation c ON c.oid = i.indrelid
    -- Triggers of foreign keys are called anew in each database, and are told where they are off.
    UNION ALL SELECT 'pg_trigger'::regclass, t.oid, 0, tgrelid,
        concat_ws(' ', pg_get_triggerdef(t.oid), tgenabled)
    FROM pg_trigger t JOIN relation c ON c.oid = t.tgrelid
    WHERE NOT tgisinternal OR tgenabled <> 'O'
    UNION ALL SELECT 'pg_rewrite'::regclass, r.oid, 0, ev_class,
        concat_ws(' ', pg_get_ruledef(r.oid), ev_enabled)
    FROM pg_rewrite r JOIN relation c ON c.oid = r.ev_class WHERE rulename <> '_RETURN'
    UNION ALL SELECT 'pg_policy'::regclass, p.oid, 0, polrelid, concat_ws(' ', polcmd, polpermissive,
        ARRAY(SELECT coalesce(rolname, 'PUBLIC') FROM unnest(polroles) AS asked (role)
              LEFT JOIN pg_roles ON oid = role ORDER BY 1),
        pg_get_expr(polqual, polrelid), 'CHECK', pg_get_expr(polwithcheck, polrelid))
    FROM pg_policy p
    UNION ALL SELECT 'pg_proc'::regclass, p.oid, 0, 0, concat_ws(' ', pg_get_userbyid(proowner),
        (SELECT lanname FROM pg_language l WHERE l.oid = prolang), prokind, prosecdef, proleakproof, proisstrict, provolatile, proparallel,
        pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), proconfig, probin, prosrc,
        pg_get_function_sqlbody(p.oid))
    FROM pg_proc p JOIN space n ON n.oid = p.pronamespace
    UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, 0, pg_get_userbyid(nspowner)
    FROM space
    UNION ALL SELECT 'pg_language'::regclass, oid, 0, 0,
        concat_ws(' ', pg_get_userbyid(lanowner), lanpltrusted)
    FROM pg_language
    UNION ALL SELECT 'pg_type'::regclass, t.oid, 0, 0, concat_ws(' ', pg_get_userbyid(typowner),
        typtype, typnotnull, format_type(typbasetype, typtypmod))
    FROM pg_type t JOIN ours n ON n.oid = t.typnamespace
    WHERE typrelid = 0 AND typcategory <> 'A'
    UNION ALL SELECT 'pg_event_trigger'::regclass, oid, 0, 0, evtenabled::text FROM pg_event_trigger
    UNION ALL SELECT 'pg_default_acl'::regclass, oid, 0, 0, defaclacl::text FROM pg_default_acl
    UNION ALL SELECT class, oid, 0, 0, '' FROM (
        SELECT 'pg_operator'::regclass, oid FROM pg_operator
        UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
        UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
        UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
        UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
        UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
        UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
        UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
        UNION ALL SELECT 'pg_extension'::regclass, oid FROM pg_extension
        UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
        UNION ALL SELECT 'pg_user_mapping'::regclass, oid FROM pg_user_mapping
        UNION ALL SELECT 'pg_subscription'::regclass, s.oid FROM pg_subscription s
            JOIN pg_database d ON d.oid = subdbid AND datname = current_database()
    ) AS other (class, oid)
), granted (class, oid, sub, relation, owner, acl) AS (
    SELECT 'pg_class'::regclass, c.oid, 0, c.oid, relowner, coalesce(relacl,
        acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))
    FROM pg_class c JOIN space n ON n.oid = c.relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    UNION ALL SELECT 'pg_class'::regclass, c.oid, attnum, c.oid, relowner, attacl
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE attacl IS NOT NULL AND NOT attisdropped
    UNION ALL SELECT 'pg_proc'::regclass, p.oid, 0, p.oid, proowner,
        coalesce(proacl, acldefault('f', proowner))
    FROM pg_proc p JOIN space n ON n.oid = p.pronamespace
    UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, oid, nspowner,
        coalesce(nspacl, acldefault('n', nspowner))
    FROM space
    UNION ALL SELECT 'pg_language'::regclass, oid, 0, oid, lanowner,
        coalesce(lanacl, acldefault('l', lanowner))
    FROM pg_language
), told (thing, part_of, said) AS (
    SELECT i.type || ' ' || i.identity, r.type || ' ' || r.identity, o.said
    FROM object o, pg_identify_object(o.class, o.oid, o.sub) i
    LEFT JOIN pg_identify_object('pg_class'::regclass, nullif(relation, 0), 0) r ON true
    UNION ALL SELECT concat_ws(' ', e.privilege_type, 'ON', i.identity, 'TO',
            CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END),
        r.type || ' ' || r.identity, CASE WHEN e.is_grantable THEN 'WITH GRANT OPTION' ELSE '' END
    FROM granted g, aclexplode(g.acl) e, pg_identify_object(g.class, g.oid, g.sub) i,
        pg_identify_object(g.class, g.relation, 0) r
    WHERE e.grantee <> g.owner
    -- That everybody may connect is told by itself.
    UNION ALL SELECT concat_ws(' ', e.privilege_type, 'ON DATABASE TO', pg_get_userbyid(e.grantee)),
        NULL, CASE WHEN e.is_grantable THEN 'WITH GRANT OPTION' ELSE '' END
    FROM pg_database d, aclexplode(coalesce(datacl, acldefault('d', datdba))) e
    WHERE datname = current_database() AND e.grantee NOT IN (0, datdba)
    UNION ALL SELECT 'role ' || rolname, NULL, concat_ws(' ', rolsuper, rolinherit, rolcreaterole,
        rolcreatedb, rolcanlogin, rolreplication, rolbypassrls)
    FROM pg_roles WHERE rolname = ANY (%(groups)s)
    UNION ALL SELECT concat_ws(' ', 'role', m.rolname, 'IN', g.rolname), NULL,
        concat_ws(' ', admin_option, inherit_option, set_option)
    FROM pg_auth_members
    JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member
    WHERE m.rolname = ANY (%(groups)s) AND NOT starts_with(g.rolname, %(operators)s)
)
SELECT regexp_replace(thing, '\mpublic\.', '', 'g'), regexp_replace(part_of, '\mpublic\.', '', 'g'),
    said
FROM told
