-- Who is asking. Identity is the login role and nothing else; settings can be set by anybody.
-- Every statement asks these through its policies. They are in PL/pgSQL, which keeps a plan for the
-- session, where SQL plans anew each time it is called. A role's name has a collation of its own, in which
-- no index would find the login.

CREATE OR REPLACE FUNCTION me() RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT id FROM operator
        WHERE login = substr(session_user::text, length('{p}.') + 1) COLLATE "default"
        AND starts_with(session_user::text, '{p}.') AND active AND deleted_at IS NULL);
END $$;

-- What anybody may do; the operators' own questions come through `can`.
CREATE OR REPLACE FUNCTION can_of(asked integer, asked_module text, asked_action text)
RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce(
        (SELECT own.allowed FROM operator_permission own
         WHERE own.operator_id = asked AND own.module = asked_module AND own.action = asked_action),
        EXISTS (SELECT FROM operator o JOIN permission p ON p.rights = o.rights
                WHERE o.id = asked AND p.module = asked_module AND p.action = asked_action));
END $$;

-- The same of whoever asks, in one step. Policies ask the roles that follow from it.
CREATE OR REPLACE FUNCTION can(asked_module text, asked_action text)
RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    allowed boolean;
BEGIN
    SELECT coalesce(own.allowed, p.rights IS NOT NULL) INTO allowed
    FROM operator o
        LEFT JOIN operator_permission own ON own.operator_id = o.id
            AND own.module = asked_module AND own.action = asked_action
        LEFT JOIN permission p ON p.rights = o.rights
            AND p.module = asked_module AND p.action = asked_action
    WHERE o.login = substr(session_user::text, length('{p}.') + 1) COLLATE "default"
        AND starts_with(session_user::text, '{p}.') AND o.active AND o.deleted_at IS NULL;
    RETURN coalesce(allowed, false);
END $$;

CREATE OR REPLACE FUNCTION setting_text(asked_key text, otherwise text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT value #>> '{}' FROM setting WHERE key = asked_key), otherwise);
END $$;

-- A whole number of the settings; anything else that stands there counts as not set.
CREATE OR REPLACE FUNCTION setting_number(asked_key text, otherwise integer) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce((SELECT (value #>> '{}')::integer FROM setting
        WHERE key = asked_key AND value #>> '{}' ~ '^\d{1,5}$'), otherwise);
END $$;

CREATE OR REPLACE FUNCTION office_day(moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (moment AT TIME ZONE setting_text('time_zone', 'Asia/Shanghai'))::date;
END $$;

-- The office's day, not the server's: the same for all of a transaction.
CREATE OR REPLACE FUNCTION office_today() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN office_day(now());
END $$;

-- The absent colleagues for whom somebody deputises now. What is lent until a day ends by the clock: the
-- day of a transaction lasts for as long as somebody keeps it open. In SQL it becomes a part of the
-- query that asks.
CREATE OR REPLACE FUNCTION absent_colleagues(asked integer) RETURNS SETOF integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT absent_id FROM deputy WHERE deputy_id = asked AND until >= office_day(clock_timestamp())
$$;

-- Whose customers somebody sees by their data scope, with those of `others`, by their ids. It has
-- neither rights nor a search path of its own, which would be set at each call: definers call it.
CREATE OR REPLACE FUNCTION operators_in_scope(asked integer, others integer[] DEFAULT '{}')
RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    reach text;
    departments integer[];
    regions integer[];
BEGIN
    SELECT scope,
        CASE scope WHEN 'department' THEN ARRAY[department_id] WHEN 'chosen' THEN chosen_departments END,
        CASE scope WHEN 'chosen' THEN chosen_regions END
    INTO reach, departments, regions FROM operator WHERE id = asked;
    IF reach = 'own' THEN
        RETURN asked || others;
    ELSIF reach = 'all' THEN
        RETURN ARRAY(SELECT id FROM operator ORDER BY id);
    END IF;
    departments := department_and_below(departments);
    regions := region_and_below(regions);
    RETURN ARRAY(SELECT o.id FROM operator o
        WHERE o.department_id = ANY (departments) OR o.region_id = ANY (regions)
            OR o.id = asked OR o.id = ANY (others)
        ORDER BY o.id);
END $$;

-- The same with those for whom they deputise.
CREATE OR REPLACE FUNCTION operators_seen_by(asked integer) RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN operators_in_scope(asked, ARRAY(SELECT a FROM absent_colleagues(asked) a));
END $$;

CREATE OR REPLACE FUNCTION customers_shared_with(asked integer) RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(customer_id), '{}') FROM share
        WHERE operator_id = asked AND until >= office_day(clock_timestamp()));
END $$;

-- Whose customers the asking operator sees: a whole array, found once for a statement.
CREATE OR REPLACE FUNCTION visible_operators() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer;
    reaches text;
    absent integer[];
    kept integer[];
BEGIN
    SELECT o.id, o.scope, ARRAY(SELECT a FROM absent_colleagues(o.id) a)
    INTO mine, reaches, absent
    FROM operator o
    WHERE o.login = substr(session_user::text, length('{p}.') + 1) COLLATE "default"
        AND starts_with(session_user::text, '{p}.') AND o.active AND o.deleted_at IS NULL;
    IF reaches = 'own' THEN
        RETURN mine || absent;
    END IF;
    SELECT owners INTO kept FROM reach WHERE operator_id = mine;
    RETURN CASE WHEN kept IS NULL THEN operators_in_scope(mine, absent) ELSE kept || absent END;
END $$;

-- Whose customers the asking operator may give to others, or to themselves: what a deputy is lent for
-- some days is not kept for good. What one may not view one does not give either.
CREATE OR REPLACE FUNCTION operators_to_give() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE WHEN can('customer', 'view') THEN operators_in_scope(me()) ELSE '{}' END;
END $$;

-- The same by the owner's number: of many owners, one is looked up at once, where an array is compared
-- with one after the other.
CREATE OR REPLACE FUNCTION seen_owners() RETURNS boolean[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner integer;
    owners integer[];
    seen boolean[];
BEGIN
    SELECT r.seen, ARRAY(SELECT a FROM absent_colleagues(o.id) a) INTO seen, owners
    FROM operator o JOIN reach r ON r.operator_id = o.id AND o.scope IN ('department', 'chosen')
    WHERE o.login = substr(session_user::text, length('{p}.') + 1) COLLATE "default"
        AND starts_with(session_user::text, '{p}.') AND o.active AND o.deleted_at IS NULL;
    IF NOT FOUND THEN
        owners := visible_operators();
    END IF;
    FOREACH owner IN ARRAY owners LOOP
        seen[owner] := true;
    END LOOP;
    RETURN seen;
END $$;

CREATE OR REPLACE FUNCTION shared_customers() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN customers_shared_with(me());
END $$;

-- Whose logins, exports and refusals one may read about: one's own, and with the history those of
-- the people in one's scope.
CREATE OR REPLACE FUNCTION watched_operators() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE WHEN can('history', 'view') THEN operators_in_scope(me()) ELSE ARRAY[me()] END;
END $$;

CREATE OR REPLACE FUNCTION bin_on() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce(current_setting('kehu.bin', true), '') = 'on';
END $$;

-- For the definer functions, which see everything and must ask.
CREATE OR REPLACE FUNCTION may_see(asked_customer integer, asked_owner integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN asked_owner = ANY (visible_operators()) OR asked_customer = ANY (shared_customers());
END $$;

-- What the policies say of a row that hangs on a customer, for functions that put a document together
-- as the tables' owner: statements that policies change are planned anew for each role that runs them.
CREATE OR REPLACE FUNCTION may_read(module text, of_customer integer, of_owner integer,
    deleted timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (deleted IS NULL OR bin_on()) AND can(module, 'view')
        AND may_see(of_customer, of_owner) OR of_the_server();
END $$;

-- Who may approve changes of key fields: their names.
CREATE OR REPLACE FUNCTION approvers() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(SELECT o.name FROM operator o WHERE o.active AND o.deleted_at IS NULL
        AND NOT o.built_in AND o.login IS NOT NULL AND can_of(o.id, 'customer', 'approve')
        ORDER BY o.code)
    WHERE me() IS NOT NULL
$$;

-- Whether the asking operator may approve and there is nobody else to ask.
CREATE OR REPLACE FUNCTION approves_alone() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT can('customer', 'approve') AND cardinality(approvers()) = 1
$$;

-- What the program needs to know of its operator, in one answer.
CREATE OR REPLACE FUNCTION my_rights() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'operator', jsonb_build_object(
            'id', o.id, 'code', o.code, 'name', o.name, 'login', o.login, 'rights', o.rights,
            'scope', o.scope, 'region_id', o.region_id, 'department_id', o.department_id,
            'department', (SELECT name FROM department d WHERE d.id = o.department_id)),
        'permissions', (
            SELECT coalesce(jsonb_agg(module || '.' || action), '[]') FROM (
                SELECT module, action FROM permission p WHERE p.rights = o.rights
                UNION SELECT module, action FROM operator_permission x WHERE x.operator_id = o.id
            ) asked WHERE can(module, action)),
        'roles', (SELECT jsonb_object_agg(code, name ORDER BY sort_order, code) FROM rights_role),
        'settings', (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM setting),
        'office', (SELECT office_id FROM installation),
        'approves_alone', approves_alone(),
        'pool', (SELECT id FROM operator WHERE built_in),
        'schema', (SELECT version_num FROM alembic_version),
        'today', office_today())
    FROM operator o WHERE o.id = me()
$$;
