-- PostgreSQL's groups follow the tables of operators and rights.

-- The role by whose policies an operator reads. Those of {p}_wide and {p}_scoped show the same rows: the
-- one reads whole tables, the other what an index has of a few owners.
CREATE OR REPLACE FUNCTION reads_as(asked integer) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN scope = 'all' THEN '{p}_all'
        WHEN cardinality(operators_in_scope(id)) > greatest(8,
            (SELECT count(*) FROM operator WHERE deleted_at IS NULL) / 4) THEN '{p}_wide'
        ELSE '{p}_scoped' END
    FROM operator WHERE id = asked
$$;

-- Owned by {p}_roles: makes a role a member of exactly these of the groups that stand for scopes and
-- rights; the newcomers' group is not one of them.
CREATE OR REPLACE FUNCTION put_into_groups(role_name text, wanted text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held CONSTANT text[] := ARRAY(SELECT g.rolname::text
        FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
        WHERE r.rolname = role_name AND g.rolname IN ({groups}));
    changed text;
BEGIN
    -- In one order for all, or two who change two operators would wait for each other.
    FOR changed IN SELECT DISTINCT g FROM unnest(held || wanted) g
        WHERE (g = ANY (held)) <> (g = ANY (wanted)) ORDER BY g
    LOOP
        IF changed = ANY (wanted) THEN
            EXECUTE format('GRANT %I TO %I WITH ADMIN FALSE, INHERIT TRUE, SET FALSE',
                changed, role_name);
        ELSE
            EXECUTE format('REVOKE %I FROM %I', changed, role_name);
        END IF;
    END LOOP;
END $$;

-- Owned by {p}_roles, whose functions call it. Operators may set the password of their own role over
-- and over, and of two who change one role at once the later one fails: it is tried again, and what
-- another one does to be in the way is ended.
CREATE OR REPLACE FUNCTION alter_role(changed_operator integer, how text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    role_name CONSTANT text := (SELECT '{p}.' || login FROM operator WHERE id = changed_operator);
    patience CONSTANT timestamptz := clock_timestamp() + interval '5 seconds';
BEGIN
    LOOP
        BEGIN
            EXECUTE format('ALTER ROLE %I %s', role_name, how);
            RETURN;
        EXCEPTION WHEN internal_error THEN  -- tuple concurrently updated
            IF clock_timestamp() > patience THEN
                RAISE;
            END IF;
        END;
        IF role_name <> session_user THEN
            PERFORM stop_holders(changed_operator, false);
        END IF;
    END LOOP;
END $$;

-- Owned by {p}_roles: the role of an operator follows the operator's row and rights. Triggers call it
-- as these change, with the operator's row locked: of two who change one role at once, one would fail.
CREATE OR REPLACE FUNCTION apply_rights(changed_operator integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who operator;
    role_name text;
    works boolean;
    enters boolean;
    wanted text[] := '{}';
BEGIN
    SELECT * INTO who FROM operator WHERE id = changed_operator;
    role_name := '{p}.' || who.login;
    works := who.active AND who.deleted_at IS NULL;
    SELECT rolcanlogin INTO enters FROM pg_roles WHERE rolname = role_name;
    IF enters IS NULL THEN
        RETURN;  -- has no login yet
    ELSIF enters <> works THEN
        PERFORM alter_role(who.id, CASE WHEN works THEN 'LOGIN' ELSE 'NOLOGIN' END);
    END IF;
    IF pg_has_role(role_name, '{p}_newcomer', 'MEMBER') THEN
        RETURN;  -- gets its rights once a password of its own is set
    END IF;
    -- Who is disabled keeps none of them: a session may still be open.
    IF works THEN
        wanted := reads_as(who.id) || ARRAY(SELECT member
            FROM (VALUES {groups_of_rights}) asked (module, action, member)
            WHERE can_of(who.id, module, action));
        IF EXISTS (SELECT FROM share WHERE operator_id = who.id)
            OR pg_has_role(role_name, '{p}_shared', 'MEMBER')
        THEN
            wanted := wanted || '{p}_shared'::text;
        END IF;
    END IF;
    PERFORM put_into_groups(role_name, wanted);
END $$;

-- Whatever of an operator's row decides on rights marks its change.
CREATE OR REPLACE FUNCTION mark_rights() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF ({deciding_now}) IS DISTINCT FROM ({deciding_before}) THEN
        NEW.rights_changed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

-- A change of what a role or one operator may do is one of each operator concerned.
CREATE OR REPLACE FUNCTION mark_permissions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said jsonb[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        said := ARRAY(SELECT to_jsonb(r) FROM new_rows r);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        said := said || ARRAY(SELECT to_jsonb(r) FROM old_rows r);
    END IF;
    UPDATE operator o SET rights_changed_at = clock_timestamp() WHERE EXISTS (
        SELECT FROM unnest(said) s
        WHERE o.rights = s ->> 'rights' OR o.id = (s ->> 'operator_id')::integer);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION follow_rights() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.rights_changed_at <> OLD.rights_changed_at THEN
        PERFORM apply_rights(NEW.id);
    END IF;
    RETURN NULL;
END $$;

-- Owned by {p}_roles. With the first share the role gets a policy more: functions that a session has
-- planned before would go on without it and refuse what is lent. So idle sessions end, at the commit.
CREATE OR REPLACE FUNCTION follow_share() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    role_name text;
BEGIN
    SELECT r.rolname INTO role_name FROM operator o JOIN pg_roles r ON r.rolname = '{p}.' || o.login
    WHERE o.id = NEW.operator_id AND NOT pg_has_role(r.oid, '{p}_shared', 'MEMBER');
    IF FOUND THEN
        PERFORM hold_operator(NEW.operator_id);
        PERFORM apply_rights(NEW.operator_id), pg_stat_clear_snapshot();
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = role_name AND datname = current_database() AND xact_start IS NULL;
    END IF;
    RETURN NULL;
END $$;
