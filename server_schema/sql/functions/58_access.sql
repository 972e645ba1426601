-- Who logged in, took out or was refused what, as the program or the server's keeper tells it:
-- entries of the history whose table is `access` and whose row is the operator they are about.

CREATE OR REPLACE FUNCTION note_access(person integer, what text, told jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO history (change_id, table_name, row_id, op, after)
    VALUES (current_change(), 'access', person, what, jsonb_strip_nulls(told));
    PERFORM announce('access', 'insert', ARRAY[person]);
END $$;

CREATE OR REPLACE FUNCTION last_login(person integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('at', coalesce((h.after ->> 'at')::timestamptz, c.at),
        'computer', coalesce(h.after ->> 'computer', c.reported_computer))
    FROM history h JOIN change c ON c.id = h.change_id
    WHERE h.table_name = 'access' AND h.row_id = person AND h.op = 'login'
    ORDER BY h.id DESC LIMIT 1
$$;

-- Wrong passwords since then. Windows tell of their own, the server's keeper of all: never added up.
CREATE OR REPLACE FUNCTION wrong_passwords(person integer, since timestamptz) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT greatest(coalesce(sum((h.after ->> 'n')::integer), 0),
        coalesce(sum((h.after ->> 'refused')::integer), 0))::integer
    FROM history h JOIN change c ON c.id = h.change_id
    WHERE h.table_name = 'access' AND h.row_id = person AND h.op IN ('login', 'wrong')
        AND coalesce((h.after ->> 'at')::timestamptz, c.at) > since
$$;

-- Of a report only what it is made of, and no more of it than a line has room for.
CREATE OR REPLACE FUNCTION told_access(what text, details jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE what
        WHEN 'login' THEN jsonb_build_object('refused',
            nullif(least(greatest((details ->> 'refused')::numeric, 0), 1000)::integer, 0))
        WHEN 'refused' THEN jsonb_build_object('about', left(details ->> 'about', 60))
        WHEN 'export' THEN jsonb_build_object('what', left(details ->> 'what', 60),
            'rows', least(greatest((details ->> 'rows')::numeric, 0), 1000000000)::integer,
            'format', left(details ->> 'format', 8),
            'filters', (SELECT jsonb_agg(left(f, 60)) FROM (
                SELECT jsonb_array_elements_text(CASE jsonb_typeof(details -> 'filters')
                    WHEN 'array' THEN details -> 'filters' END) LIMIT 20) named (f)))
        ELSE '{}' END
$$;

-- How many people are in somebody's scope changes with every newcomer, and with the departments.
CREATE OR REPLACE FUNCTION apply_reach(mine integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT pg_has_role(session_user, reads_as(mine), 'MEMBER') THEN
        PERFORM FROM operator WHERE id = mine FOR NO KEY UPDATE;  -- they may log in twice at once
        PERFORM apply_rights(mine);
    END IF;
END $$;

-- A report of the program's own: anybody can leave it out, or call it more often. Of one kind 500 an
-- hour are kept, and one entry tells that there were more. A login is answered with the one before.
CREATE OR REPLACE FUNCTION log_access(what text, details jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer := me();
    hour_ago timestamptz := clock_timestamp() - interval '1 hour';
    last jsonb;
BEGIN
    IF mine IS NULL OR what IS NULL OR what NOT IN ('login', 'logout', 'refused', 'export') THEN
        RAISE EXCEPTION 'not to be logged' USING ERRCODE = '42501';
    END IF;
    IF what = 'login' THEN
        last := last_login(mine);
        PERFORM release_logins();
        PERFORM apply_reach(mine);
        PERFORM note_told();
    END IF;
    IF reports_since(mine, what, hour_ago, 500) < 500 THEN
        PERFORM note_access(mine, what, told_access(what, details));
    ELSIF reports_since(mine, 'flood', hour_ago, 10, what) = 0 THEN
        PERFORM note_access(mine, 'flood', jsonb_build_object('kind', what));
    END IF;
    RETURN coalesce(last, '{}');
END $$;

-- How many of the latest `most` reports of a kind came later than `since`.
CREATE OR REPLACE FUNCTION reports_since(person integer, what text, since timestamptz,
    most integer, of_kind text DEFAULT NULL) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*)::integer FROM (
        SELECT c.at, h.after FROM history h JOIN change c ON c.id = h.change_id
        WHERE h.table_name = 'access' AND h.row_id = person AND h.op = what
        ORDER BY h.id DESC LIMIT most
    ) latest WHERE at > since AND (of_kind IS NULL OR after ->> 'kind' = of_kind)
$$;

-- Owned by {p}_roles. A locked login has no valid password, so that the right one is refused in the
-- words of a wrong one. Whether the operator is disabled is another attribute, and stays as it is.
CREATE OR REPLACE FUNCTION apply_lock(changed_operator integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who operator;
BEGIN
    SELECT * INTO who FROM operator WHERE id = changed_operator;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{p}.' || who.login) THEN
        PERFORM alter_role(who.id, format('VALID UNTIL %L',
            CASE WHEN who.locked_until IS NULL THEN 'infinity' ELSE '-infinity' END));
    END IF;
END $$;

-- By the server's keeper, after too many wrong passwords.
CREATE OR REPLACE FUNCTION lock_login(person integer, until timestamptz, told jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM hold_operator(person);
    UPDATE operator SET locked_until = until WHERE id = person;
    PERFORM apply_lock(person);
    PERFORM note_access(person, 'locked', told || jsonb_build_object('until', until));
END $$;

-- Gives back what was locked long enough; whoever logs in does it, too, if nobody else is left, and
-- waits for nobody who holds their row or their role.
CREATE OR REPLACE FUNCTION release_logins() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    due integer;
BEGIN
    FOR due IN UPDATE operator SET locked_until = NULL WHERE id IN (SELECT id FROM operator
        WHERE locked_until <= clock_timestamp() FOR NO KEY UPDATE SKIP LOCKED) RETURNING id
    LOOP
        PERFORM stop_holders(due, false);
        PERFORM apply_lock(due);
    END LOOP;
END $$;

-- Before its time; whether it was locked at all.
CREATE OR REPLACE FUNCTION release_login(person integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE operator SET locked_until = NULL WHERE id = person AND locked_until IS NOT NULL;
    IF FOUND THEN
        PERFORM apply_lock(person);
        PERFORM note_access(person, 'unlocked', '{}');
    END IF;
    RETURN FOUND;
END $$;

CREATE OR REPLACE FUNCTION unlock_login(changed_operator integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was operator;
BEGIN
    SELECT * INTO was FROM operator WHERE id = changed_operator AND deleted_at IS NULL;
    PERFORM check_operator_right('edit', was, was.rights);
    PERFORM hold_operator(was.id);
    RETURN release_login(was.id);
END $$;
