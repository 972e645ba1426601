-- Two questions that people ask: what may this person do, and why can I (not) see or change this.

-- Name of the places a scope of chosen departments and regions was made of.
CREATE OR REPLACE FUNCTION chosen_places(who operator) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM (
        SELECT name FROM department WHERE id = ANY (who.chosen_departments)
        UNION ALL SELECT name FROM region WHERE id = ANY (who.chosen_regions)) places
$$;

CREATE OR REPLACE FUNCTION explain_operator(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who operator;
    seen integer[];
    shared integer[];
    reads CONSTANT boolean := can('customer', 'view');
    visible CONSTANT integer[] := CASE WHEN reads THEN visible_operators() ELSE '{}' END;
    lent CONSTANT integer[] := CASE WHEN reads THEN shared_customers() ELSE '{}' END;
    counted boolean;
BEGIN
    IF asked_id IS DISTINCT FROM me() AND NOT can('operator', 'view') THEN
        RAISE EXCEPTION 'not yours to ask' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO who FROM operator WHERE id = asked_id AND deleted_at IS NULL AND NOT built_in;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'operator not found' USING ERRCODE = 'KH001';
    END IF;
    seen := operators_seen_by(who.id);
    shared := customers_shared_with(who.id);
    -- No sum contains what its reader may not see.
    counted := NOT EXISTS (SELECT FROM customer c WHERE c.deleted_at IS NULL
        AND (c.owner_id = ANY (seen) OR c.id = ANY (shared))
        AND c.owner_id <> ALL (visible) AND c.id <> ALL (lent));
    RETURN jsonb_build_object(
        'id', who.id, 'name', who.name, 'login', who.login, 'active', who.active,
        'rights', who.rights, 'role', (SELECT name FROM rights_role WHERE code = who.rights),
        'scope', who.scope, 'places', chosen_places(who),
        'department', (SELECT name FROM department WHERE id = who.department_id),
        'colleagues', (SELECT count(*) FROM operator o WHERE o.id = ANY (seen) AND o.id <> who.id
            AND NOT o.built_in AND o.deleted_at IS NULL),
        'customers', CASE WHEN counted THEN (SELECT count(*) FROM customer c
            WHERE c.deleted_at IS NULL AND (c.owner_id = ANY (seen) OR c.id = ANY (shared))) END,
        'own', CASE WHEN counted THEN (SELECT count(*) FROM customer c
            WHERE c.deleted_at IS NULL AND c.owner_id = who.id) END,
        'allowed', (SELECT coalesce(jsonb_agg(DISTINCT module || '.' || action), '[]') FROM (
                SELECT module, action FROM permission p WHERE p.rights = who.rights
                UNION SELECT module, action FROM operator_permission x WHERE x.operator_id = who.id
            ) asked WHERE can_of(who.id, module, action)),
        'exceptions', exceptions_of(who.id),
        'shares', (SELECT coalesce(jsonb_agg(jsonb_build_object('number', c.number, 'name', c.name,
                'until', s.until) ORDER BY s.until), '[]')
            FROM share s JOIN customer c ON c.id = s.customer_id
            WHERE s.operator_id = who.id AND s.until >= office_today() AND c.deleted_at IS NULL
                AND (c.owner_id = ANY (visible) OR c.id = ANY (lent))),
        'deputies', (SELECT coalesce(jsonb_agg(to_jsonb(d) ORDER BY d.until), '[]')
            FROM deputies_of(who.id) d),
        'last_login', last_login(who.id),
        'refused', wrong_passwords(who.id, now() - interval '30 days'));
END $$;

-- Why the asking operator sees the records of an owner: every way there is.
CREATE OR REPLACE FUNCTION ways_to(asked_customer integer, asked_owner integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(way), '[]') FROM (
        SELECT jsonb_build_object('way', 'own') AS way WHERE asked_owner = me()
        UNION ALL SELECT jsonb_build_object('way', 'scope') WHERE asked_owner <> me()
            AND asked_owner = ANY (operators_in_scope(me()))
        UNION ALL SELECT jsonb_build_object('way', 'deputy', 'until', until) FROM deputy
            WHERE deputy_id = me() AND absent_id = asked_owner AND until >= office_today()
        UNION ALL SELECT jsonb_build_object('way', 'share', 'until', until) FROM share
            WHERE operator_id = me() AND customer_id = asked_customer AND until >= office_today()
    ) ways
$$;

-- Of what the asking operator does not see it says the same as of what is not there.
CREATE OR REPLACE FUNCTION explain_record(kind text, asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked_module text := module_of(kind);
    owned boolean := kind IN ('customer', 'contact', 'sales_order', 'quote', 'delivery', 'receipt');
    found jsonb;
    ways jsonb := '[]';
    answer jsonb;
BEGIN
    IF me() IS NULL OR NOT (owned OR kind IN ('product', 'region', 'department', 'operator',
            'number_rule', 'setting', {code_tables})) THEN
        RAISE EXCEPTION 'not a kind of record' USING ERRCODE = '42501';
    END IF;
    asked_module := CASE kind WHEN 'operator' THEN 'operator' ELSE asked_module END;
    answer := jsonb_build_object('kind', kind, 'module', asked_module, 'visible', false,
        'scope', (SELECT scope FROM operator WHERE id = me()),
        'rights', (SELECT rights FROM operator WHERE id = me()),
        'role', (SELECT r.name FROM operator o JOIN rights_role r ON r.code = o.rights
            WHERE o.id = me()),
        'allowed', (SELECT jsonb_agg(action) FROM (
            SELECT action FROM permission WHERE module = asked_module
            UNION SELECT action FROM operator_permission WHERE module = asked_module
            ) asked WHERE can(asked_module, action)),
        'exceptions', (SELECT coalesce(jsonb_object_agg(action, x.allowed), '{}')
            FROM operator_permission x WHERE operator_id = me() AND module = asked_module));
    EXECUTE format('SELECT to_jsonb(r) FROM %I r WHERE id = $1', kind) INTO found USING asked_id;
    IF found IS NULL OR (owned AND NOT can(asked_module, 'view')) THEN
        RETURN answer;
    ELSIF owned THEN
        ways := ways_to((found ->> CASE kind WHEN 'customer' THEN 'id' ELSE 'customer_id' END)
            ::integer, (found ->> 'owner_id')::integer);
        IF ways = '[]' THEN
            RETURN answer;
        END IF;
        answer := answer || jsonb_build_object('owner', (SELECT jsonb_build_object('name', name,
                'pool', built_in, 'mine', id = me()) FROM operator
            WHERE id = (found ->> 'owner_id')::integer));
    END IF;
    RETURN answer || jsonb_build_object('visible', true, 'owned', owned, 'ways', ways,
        'number', found ->> 'number', 'status', CASE WHEN kind <> 'customer'
            THEN found ->> 'status' END, 'deleted', found ->> 'deleted_at' IS NOT NULL);
END $$;

-- The record with a number that somebody knows, if it is there for them. No answer means either
-- that there is none or that it is not theirs; which of both is not said.
CREATE OR REPLACE FUNCTION find_number(asked_number text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text;
    found jsonb;
BEGIN
    FOREACH kind IN ARRAY ARRAY['customer', 'sales_order', 'quote', 'delivery', 'receipt'] LOOP
        CONTINUE WHEN NOT can(module_of(kind), 'view');
        EXECUTE format('SELECT jsonb_build_object(''kind'', $2, ''id'', id) FROM %I
            WHERE number = $1 AND may_see(%I, owner_id)', kind,
            CASE kind WHEN 'customer' THEN 'id' ELSE 'customer_id' END)
            INTO found USING btrim(asked_number), kind;
        IF found IS NOT NULL THEN
            RETURN found;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
