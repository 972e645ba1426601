-- Operators and their roles. What touches roles belongs to {p}_roles and takes no name from outside.

-- Owned by {p}_roles: makes the role where it is missing and sets its verifier. A newcomer may do
-- nothing but set a password of their own. Who calls it could have {p}_roles inherit the new role.
CREATE OR REPLACE FUNCTION apply_login(changed_operator integer, verifier text, newcomer boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET createrole_self_grant = '' AS $$
DECLARE
    role_name text;
BEGIN
    IF coalesce(verifier, '') !~ '^SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' THEN
        RAISE EXCEPTION 'not a verifier' USING ERRCODE = 'KH005', COLUMN = 'password';
    END IF;
    SELECT '{p}.' || login INTO role_name FROM operator
    WHERE id = changed_operator AND login IS NOT NULL;
    IF role_name IS NULL OR octet_length(role_name) > 63 THEN
        RAISE EXCEPTION 'not a login' USING ERRCODE = 'KH005', COLUMN = 'login';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
        EXECUTE format('CREATE ROLE %I LOGIN CONNECTION LIMIT {connections}', role_name);
    END IF;
    PERFORM alter_role(changed_operator, format('PASSWORD %L', verifier));
    IF newcomer THEN
        PERFORM put_into_groups(role_name, '{}');
        EXECUTE format('GRANT {p}_newcomer TO %I WITH ADMIN FALSE, INHERIT TRUE, SET FALSE',
            role_name);
    ELSIF pg_has_role(role_name, '{p}_newcomer', 'MEMBER') THEN
        EXECUTE format('REVOKE {p}_newcomer FROM %I', role_name);
    END IF;
    PERFORM apply_rights(changed_operator);
END $$;

-- Owned by {p}_roles: anybody sets their own password; a newcomer becomes an operator by it.
CREATE OR REPLACE FUNCTION set_my_password(verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer;
BEGIN
    SELECT id INTO mine FROM operator
    WHERE session_user::text = '{p}.' || login AND active AND deleted_at IS NULL;
    IF mine IS NULL THEN
        RAISE EXCEPTION 'not an operator' USING ERRCODE = '42501';
    END IF;
    PERFORM hold_operator(mine);  -- the rights are as they are now, and stay so
    PERFORM apply_login(mine, verifier, false);
END $$;

-- Owned by {p}_roles: called after the change of rights is committed, since nothing that connects before
-- knows of it.
CREATE OR REPLACE FUNCTION end_sessions(changed_operator integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    role_name text := (SELECT '{p}.' || login FROM operator WHERE id = changed_operator);
BEGIN
    IF NOT can('operator', 'edit') OR EXISTS (SELECT FROM operator theirs, operator mine
        WHERE theirs.id = changed_operator AND theirs.rights = 'administrator'
            AND mine.id = me() AND mine.rights <> 'administrator')
    THEN
        RAISE EXCEPTION 'you may not change operators' USING ERRCODE = '42501';
    END IF;
    RETURN (SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE usename = role_name AND datname = current_database()
                AND pid <> pg_backend_pid());
END $$;

-- Owned by {p}_roles. A session that does nothing now goes by the new rights with its next statement;
-- what runs, and an isolated transaction, would go on with the old ones. Of who is disabled, or whose
-- password another has set, all ends: somebody else may sit there. What begins between this and the
-- end of the commit is left to `end_sessions` and `end_late`.
CREATE OR REPLACE FUNCTION end_at_commit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_stat_clear_snapshot();  -- or it would be as this transaction first saw it
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE usename = '{p}.' || NEW.login AND datname = current_database() AND pid <> pg_backend_pid()
        AND (xact_start IS NOT NULL OR NOT NEW.active OR NEW.deleted_at IS NOT NULL
            OR NEW.login_set_at IS DISTINCT FROM OLD.login_set_at);
    RETURN NULL;
END $$;

-- Owned by {p}_roles. The same of what was not there yet: who was just connecting is no session
-- before the password is proven, which may take a minute. Asked every now and then, for whoever works.
CREATE OR REPLACE FUNCTION end_late() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment CONSTANT interval := '1 second';  -- from a change to its commit
BEGIN
    PERFORM pg_terminate_backend(a.pid)
    FROM operator o JOIN pg_stat_activity a ON a.usename = '{p}.' || o.login
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
        AND (a.xact_start < least(o.rights_changed_at + moment, clock_timestamp() - moment)
            OR a.backend_start < o.login_set_at + moment
            OR NOT o.active OR o.deleted_at IS NOT NULL);
END $$;

-- Whoever calls it has held reach since before, so that of two administrators who go at once the second
-- knows of the first. Their rows are not held for it: anybody may hold their own.
CREATE OR REPLACE FUNCTION check_administrators() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM operator o WHERE rights = 'administrator' AND active
                   AND login IS NOT NULL AND deleted_at IS NULL
                   AND NOT EXISTS (SELECT FROM operator_permission p WHERE p.operator_id = o.id
                       AND module = 'operator' AND action IN ('view', 'edit') AND NOT allowed)) THEN
        RAISE EXCEPTION 'the last administrator' USING ERRCODE = 'KH005', COLUMN = 'active',
            DETAIL = 'last_administrator';
    END IF;
END $$;

-- Only an administrator makes administrators or changes one, and nobody else changes, or makes,
-- somebody who may do more than they may themselves.
CREATE OR REPLACE FUNCTION check_operator_right(action text, was operator, becomes text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT can('operator', action) OR exceeds_me(was.rights, was.id)
        OR exceeds_me(becomes, was.id)
    THEN
        RAISE EXCEPTION 'you may not change operators' USING ERRCODE = '42501';
    ELSIF was.built_in THEN
        RAISE EXCEPTION 'the public pool is not a person' USING ERRCODE = 'KH004';
    END IF;
END $$;

-- Whether somebody sees records that the asking operator does not: whoever sets their password could
-- log in as them. An administrator is exceeded by nobody.
CREATE OR REPLACE FUNCTION sees_beyond_me(asked integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT rights FROM operator WHERE id = me()), '') <> 'administrator' AND (
        NOT array_remove(operators_seen_by(asked), asked) <@ operators_in_scope(me())
        OR EXISTS (SELECT FROM customer c WHERE (c.owner_id = asked
                OR c.id = ANY (customers_shared_with(asked)))
            AND c.owner_id <> ALL (operators_in_scope(me()))))
$$;

-- Who sees which records follows from how departments and regions stand to each other: only who sees
-- all of them moves one.
CREATE OR REPLACE FUNCTION guard_places() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.parent_id IS DISTINCT FROM OLD.parent_id AND EXISTS (SELECT FROM operator
        WHERE id = me() AND scope <> 'all' AND rights <> 'administrator')
    THEN
        RAISE EXCEPTION 'you may not move this' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;

-- What only an administrator changes: one's own rights, and beyond one's own scope.
CREATE OR REPLACE FUNCTION check_scope_given(was operator, becomes operator) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine operator;
BEGIN
    SELECT * INTO mine FROM operator WHERE id = me();
    IF mine.rights = 'administrator' THEN
        RETURN;
    ELSIF (was.department_id, was.region_id) IS DISTINCT FROM
            (becomes.department_id, becomes.region_id) AND was.id <> ALL (operators_in_scope(mine.id))
        OR (becomes.scope = 'all' AND mine.scope <> 'all' AND was.scope IS DISTINCT FROM 'all')
        OR (was.id = mine.id AND (was.rights, was.scope, was.department_id, was.region_id,
                was.chosen_departments, was.chosen_regions)
            IS DISTINCT FROM (becomes.rights, becomes.scope, becomes.department_id,
                becomes.region_id, becomes.chosen_departments, becomes.chosen_regions))
    THEN
        RAISE EXCEPTION 'you may not widen this' USING ERRCODE = '42501';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION operator_document(asked_id integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT to_jsonb(o) FROM operator o WHERE id = asked_id
$$;

CREATE OR REPLACE FUNCTION save_operator(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was operator;
    becomes operator;
    judged boolean;
BEGIN
    IF doc ->> 'id' IS NOT NULL THEN
        PERFORM hold_operator((doc ->> 'id')::integer);
        SELECT * INTO was FROM operator
        WHERE id = (doc ->> 'id')::integer AND deleted_at IS NULL;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'operator not found' USING ERRCODE = 'KH001';
        END IF;
    END IF;
    becomes := jsonb_populate_record(was, jsonb_build_object('rights', 'salesperson', 'scope', 'own',
        'active', true, 'chosen_departments', '[]'::jsonb, 'chosen_regions', '[]'::jsonb)
        || coalesce(jsonb_strip_nulls(to_jsonb(was)), '{}') || doc - '{login,built_in}'::text[]);
    PERFORM check_operator_right(CASE WHEN was.id IS NULL THEN 'create' ELSE 'edit' END,
        was, becomes.rights);
    PERFORM check_scope_given(was, becomes);
    -- Whether it was so before, and who asks, is known only until the row is written.
    judged := was.id IS DISTINCT FROM me() AND NOT coalesce(sees_beyond_me(was.id), false)
        AND (SELECT rights FROM operator WHERE id = me()) <> 'administrator';
    IF was.id IS NULL THEN
        INSERT INTO operator (code, name, region_id, department_id, staff_type_id, position_id,
            rights, scope, chosen_departments, chosen_regions, phone, email, active)
        VALUES (becomes.code, becomes.name, becomes.region_id, becomes.department_id,
            becomes.staff_type_id, becomes.position_id, becomes.rights, becomes.scope,
            becomes.chosen_departments, becomes.chosen_regions, becomes.phone, becomes.email,
            becomes.active)
        RETURNING id INTO becomes.id;
        IF judged AND sees_beyond_me(becomes.id) THEN
            RAISE EXCEPTION 'you may not widen this' USING ERRCODE = '42501';
        END IF;
        RETURN operator_document(becomes.id);
    END IF;
    IF was.version IS DISTINCT FROM loaded_version THEN
        RAISE EXCEPTION 'somebody else saved the operator'
            USING ERRCODE = 'KH002', DETAIL = operator_document(was.id)::text;
    END IF;
    UPDATE operator SET code = becomes.code, name = becomes.name, region_id = becomes.region_id,
        department_id = becomes.department_id, staff_type_id = becomes.staff_type_id,
        position_id = becomes.position_id, rights = becomes.rights, scope = becomes.scope,
        chosen_departments = becomes.chosen_departments, chosen_regions = becomes.chosen_regions,
        phone = becomes.phone, email = becomes.email, active = becomes.active
    WHERE id = was.id;
    IF judged AND sees_beyond_me(was.id) THEN
        RAISE EXCEPTION 'you may not widen this' USING ERRCODE = '42501';
    END IF;
    PERFORM check_administrators();
    RETURN operator_document(was.id);
END $$;

-- A login is given once and never changes; setting it again only sets the password. That stands in
-- the history: whoever knows the password is that operator.
CREATE OR REPLACE FUNCTION set_login(changed_operator integer, new_login text, verifier text,
    newcomer boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was operator;
BEGIN
    PERFORM hold_operator(changed_operator);
    SELECT * INTO was FROM operator WHERE id = changed_operator AND deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'operator not found' USING ERRCODE = 'KH001';
    END IF;
    PERFORM check_operator_right('edit', was, was.rights);
    IF was.id IS DISTINCT FROM me() THEN
        PERFORM stop_holders(was.id, true);  -- a password that is set ends all of it anyway
    END IF;
    IF sees_beyond_me(was.id) THEN
        RAISE EXCEPTION 'you may not log in for them' USING ERRCODE = '42501';
    ELSIF was.login IS NOT NULL AND was.login <> new_login THEN
        RAISE EXCEPTION 'a login never changes' USING ERRCODE = 'KH005', COLUMN = 'login',
            DETAIL = 'login_fixed';
    ELSIF new_login IS NULL OR new_login !~ '^[a-z0-9._\-㐀-䶿一-鿿]+$'
        OR octet_length('{p}.' || new_login) > 63
    THEN
        RAISE EXCEPTION 'not a login' USING ERRCODE = 'KH005', COLUMN = 'login';
    END IF;
    -- A statement that names the login waits for all who only point at its operator.
    IF was.login IS NULL THEN
        UPDATE operator SET login = new_login WHERE id = was.id;
    ELSE
        UPDATE operator SET login_set_at = clock_timestamp() WHERE id = was.id;
    END IF;
    PERFORM apply_login(was.id, verifier, newcomer);
    PERFORM release_login(was.id);
    INSERT INTO history (change_id, table_name, row_id, op, after)
    VALUES (current_change(), 'operator', was.id, 'password',
        jsonb_build_object('newcomer', newcomer));
    RETURN operator_document(was.id);
END $$;
