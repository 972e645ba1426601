-- Roles with a name, exceptions, shares and deputies: who gives which rights to whom, until when.

-- Whether somebody with this role, and the exceptions of that operator, may do what the asking
-- operator may not. An administrator is exceeded by nobody; nobody else gives what they lack.
CREATE OR REPLACE FUNCTION exceeds_me(asked_rights text, asked_operator integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT rights FROM operator WHERE id = me()), '') <> 'administrator'
        AND (coalesce(asked_rights = 'administrator', false) OR EXISTS (
            SELECT FROM (
                SELECT module, action FROM permission WHERE rights = asked_rights
                EXCEPT SELECT module, action FROM operator_permission
                    WHERE operator_id = asked_operator AND NOT allowed
                UNION SELECT module, action FROM operator_permission
                    WHERE operator_id = asked_operator AND allowed
            ) theirs WHERE NOT can(module, action)))
$$;

CREATE OR REPLACE FUNCTION role_document(asked_code text) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT to_jsonb(r) || jsonb_build_object(
        'permissions', (SELECT coalesce(jsonb_agg(module || '.' || action
                ORDER BY module, action), '[]') FROM permission WHERE rights = r.code),
        'operators', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code,
                'name', o.name, 'active', o.active) ORDER BY o.code), '[]')
            FROM operator o WHERE o.rights = r.code AND NOT o.built_in AND o.deleted_at IS NULL))
    FROM rights_role r WHERE r.code = asked_code
$$;

CREATE OR REPLACE FUNCTION check_role_right(code text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT can('operator', 'edit') OR exceeds_me(code, NULL) THEN
        RAISE EXCEPTION 'you may not change roles' USING ERRCODE = '42501';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION is_ready_role(code text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT code IN ('clerk', 'salesperson', 'service', 'manager', 'boss', 'administrator')
$$;

-- Refuses what cannot be a role; `wanted` holds module.action.
CREATE OR REPLACE FUNCTION check_role(role_code text, new_name text, wanted text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    beyond text := (SELECT w FROM unnest(wanted) w
        WHERE NOT can(split_part(w, '.', 1), split_part(w, '.', 2)) LIMIT 1);
BEGIN
    IF new_name = '' AND NOT is_ready_role(coalesce(role_code, '')) THEN
        RAISE EXCEPTION 'a role needs a name' USING ERRCODE = 'KH005', COLUMN = 'role_name';
    ELSIF EXISTS (SELECT FROM rights_role r WHERE r.name = new_name AND new_name <> ''
            AND r.code IS DISTINCT FROM role_code) THEN
        RAISE EXCEPTION 'the name is taken' USING ERRCODE = 'KH005', COLUMN = 'role_name',
            DETAIL = 'role_name_taken';
    ELSIF EXISTS (SELECT FROM unnest(wanted) w WHERE w !~ '^[a-z]{2,20}\.[a-z]{2,20}$') THEN
        RAISE EXCEPTION 'not an action of a module' USING ERRCODE = '22023';
    ELSIF role_code = 'administrator'
        AND NOT wanted @> '{operator.view,operator.create,operator.edit}'
    THEN
        RAISE EXCEPTION 'administrators manage operators' USING ERRCODE = 'KH005',
            COLUMN = 'permissions', DETAIL = 'administrator_keeps';
    ELSIF beyond IS NOT NULL
        AND (SELECT rights FROM operator WHERE id = me()) <> 'administrator'
    THEN
        RAISE EXCEPTION 'you may not give what you lack' USING ERRCODE = '42501';
    END IF;
END $$;

-- Without a code a new role. The sessions it touches are ended after the commit, by `end_sessions`.
CREATE OR REPLACE FUNCTION save_role(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was rights_role;
    role_code text := doc ->> 'code';
    new_name text := btrim(coalesce(doc ->> 'name', ''));
    wanted text[] := ARRAY(SELECT jsonb_array_elements_text(doc -> 'permissions'));
BEGIN
    SELECT * INTO was FROM rights_role WHERE code = role_code FOR UPDATE;
    PERFORM check_role_right(role_code);
    IF role_code IS NOT NULL AND was.code IS NULL THEN
        RAISE EXCEPTION 'role not found' USING ERRCODE = 'KH001';
    ELSIF role_code IS NOT NULL AND was.version IS DISTINCT FROM loaded_version THEN
        RAISE EXCEPTION 'somebody else saved the role'
            USING ERRCODE = 'KH002', DETAIL = role_document(role_code)::text;
    END IF;
    PERFORM check_role(role_code, new_name, wanted);
    PERFORM hold_operator(o.id) FROM
        (SELECT id FROM operator WHERE rights = role_code ORDER BY id OFFSET 0) o;
    IF role_code IS NULL THEN
        INSERT INTO rights_role (code, name, sort_order)
        VALUES ('role' || nextval('role_number'), new_name,
            (SELECT 1 + max(sort_order) FROM rights_role))
        RETURNING code INTO role_code;
    ELSE
        UPDATE rights_role SET name = new_name, version = version + 1 WHERE code = role_code;
    END IF;
    DELETE FROM permission WHERE rights = role_code AND module || '.' || action <> ALL (wanted);
    INSERT INTO permission (rights, module, action)
    SELECT role_code, split_part(w, '.', 1), split_part(w, '.', 2) FROM unnest(wanted) w
    ON CONFLICT DO NOTHING;
    RETURN role_document(role_code);
END $$;

-- The ready ones stay, and what somebody has is in use.
CREATE OR REPLACE FUNCTION delete_role(role_code text, loaded_version integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was rights_role;
BEGIN
    SELECT * INTO was FROM rights_role WHERE code = role_code FOR UPDATE;
    PERFORM check_role_right(role_code);
    IF NOT FOUND OR was.code IS NULL THEN
        RAISE EXCEPTION 'role not found' USING ERRCODE = 'KH001';
    ELSIF was.version <> loaded_version THEN
        RAISE EXCEPTION 'somebody else saved the role'
            USING ERRCODE = 'KH002', DETAIL = role_document(role_code)::text;
    ELSIF is_ready_role(role_code) THEN
        RAISE EXCEPTION 'a ready role stays' USING ERRCODE = 'KH004', DETAIL = 'ready_role';
    ELSIF EXISTS (SELECT FROM operator WHERE rights = role_code) THEN
        RAISE EXCEPTION 'operators have this role' USING ERRCODE = 'KH006', DETAIL = 'role_used';
    END IF;
    DELETE FROM permission WHERE rights = role_code;
    DELETE FROM rights_role WHERE code = role_code;
END $$;

CREATE OR REPLACE FUNCTION set_permission(changed_operator integer, given_module text,
    given_action text, given boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    was operator;
BEGIN
    SELECT * INTO was FROM operator WHERE id = changed_operator AND deleted_at IS NULL;
    PERFORM check_operator_right('edit', was, was.rights);
    PERFORM hold_operator(changed_operator);
    PERFORM hold_reach();
    IF given AND (SELECT rights FROM operator WHERE id = me()) <> 'administrator'
        AND NOT can(given_module, given_action)
    THEN
        RAISE EXCEPTION 'you may not give what you lack' USING ERRCODE = '42501';
    END IF;
    IF given IS NULL THEN
        DELETE FROM operator_permission WHERE operator_id = changed_operator
            AND module = given_module AND action = given_action;
    ELSE
        INSERT INTO operator_permission (operator_id, module, action, allowed)
        VALUES (changed_operator, given_module, given_action, given)
        ON CONFLICT (operator_id, module, action) DO UPDATE SET allowed = excluded.allowed;
    END IF;
    -- Taking a refusal away gives as well.
    IF exceeds_me(was.rights, was.id) THEN
        RAISE EXCEPTION 'you may not give what you lack' USING ERRCODE = '42501';
    END IF;
    PERFORM check_administrators();
END $$;

CREATE OR REPLACE FUNCTION exceptions_of(asked_id integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(module || '.' || action, allowed), '{}')
    FROM operator_permission WHERE operator_id = asked_id
$$;

-- All exceptions of an operator at once: {"module.action": allowed}. `seen` is what they were when
-- the form read them.
CREATE OR REPLACE FUNCTION set_exceptions(changed_operator integer, seen jsonb, wanted jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given record;
BEGIN
    PERFORM hold_operator(changed_operator);
    IF NOT can('operator', 'edit') THEN
        RAISE EXCEPTION 'you may not change operators' USING ERRCODE = '42501';
    ELSIF exceptions_of(changed_operator) IS DISTINCT FROM seen THEN
        RAISE EXCEPTION 'somebody else saved the operator' USING ERRCODE = 'KH002',
            DETAIL = jsonb_build_object('exceptions', exceptions_of(changed_operator))::text;
    END IF;
    FOR given IN
        SELECT coalesce(b.key, a.key) AS pair, b.value::boolean AS allowed
        FROM jsonb_each_text(seen) a FULL JOIN jsonb_each_text(wanted) b ON b.key = a.key
        WHERE a.value IS DISTINCT FROM b.value
    LOOP
        PERFORM set_permission(changed_operator, split_part(given.pair, '.', 1),
            split_part(given.pair, '.', 2), given.allowed);
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION check_colleague(colleague integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM operator WHERE id = colleague AND active AND NOT built_in
                   AND deleted_at IS NULL) THEN
        RAISE EXCEPTION 'not an active operator' USING ERRCODE = 'KH005', COLUMN = 'owner_id';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION share_customer(shared integer, colleague integer, last_day date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner integer;
BEGIN
    SELECT owner_id INTO owner FROM customer
    -- What a deputy is lent is not lent on.
    WHERE id = shared AND deleted_at IS NULL AND owner_id = ANY (operators_to_give());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'customer not found' USING ERRCODE = 'KH003';
    ELSIF NOT can('customer', 'edit') THEN
        RAISE EXCEPTION 'you may not share customers' USING ERRCODE = '42501';
    ELSIF colleague = owner THEN
        RAISE EXCEPTION 'the owner has it already' USING ERRCODE = 'KH005', COLUMN = 'colleague';
    END IF;
    PERFORM check_colleague(colleague);
    INSERT INTO share (customer_id, owner_id, operator_id, until)
    VALUES (shared, owner, colleague, last_day)
    ON CONFLICT (customer_id, operator_id) DO UPDATE SET until = excluded.until;
END $$;

-- By whoever may share it, or by the colleague who no longer wants it.
CREATE OR REPLACE FUNCTION end_share(shared integer, colleague integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM share s WHERE s.customer_id = shared AND s.operator_id = colleague
        AND (s.operator_id = me()
            OR (s.owner_id = ANY (visible_operators()) AND can('customer', 'edit')));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no share of yours' USING ERRCODE = 'KH003';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION may_deputise(absent integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(absent = me(), false) OR (can('customer', 'assign')
        AND absent = ANY (operators_in_scope(me()))
        AND NOT (SELECT built_in FROM operator WHERE id = absent))
$$;

CREATE OR REPLACE FUNCTION set_deputy(absent integer, deputising integer, last_day date)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF may_deputise(absent) IS NOT TRUE THEN
        RAISE EXCEPTION 'you may not name a deputy' USING ERRCODE = '42501';
    ELSIF absent = deputising THEN
        RAISE EXCEPTION 'nobody is their own deputy' USING ERRCODE = 'KH005', COLUMN = 'colleague';
    END IF;
    PERFORM check_colleague(deputising);
    INSERT INTO deputy (absent_id, deputy_id, until) VALUES (absent, deputising, last_day)
    ON CONFLICT (absent_id, deputy_id) DO UPDATE SET until = excluded.until;
END $$;

CREATE OR REPLACE FUNCTION end_deputy(absent integer, deputising integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM deputy WHERE absent_id = absent AND deputy_id = deputising
        AND (deputising = me() OR may_deputise(absent));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no deputy of yours' USING ERRCODE = 'KH003';
    END IF;
END $$;

-- Who stands in for whom until when, as far as it concerns the asking operator.
CREATE OR REPLACE FUNCTION deputies_of(asked_id integer)
RETURNS TABLE (absent_id integer, absent text, deputy_id integer, deputy text, until date,
    may_end boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id, a.name::text, d.id, d.name::text, x.until, x.deputy_id = me() OR may_deputise(a.id)
    FROM deputy x JOIN operator a ON a.id = x.absent_id JOIN operator d ON d.id = x.deputy_id
    WHERE x.until >= office_today() AND asked_id IN (x.absent_id, x.deputy_id)
        AND (asked_id = me() OR can('operator', 'view') OR may_deputise(asked_id))
    ORDER BY x.until, a.name, d.name
$$;
