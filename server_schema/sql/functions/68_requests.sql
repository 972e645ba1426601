-- Key fields of customers: changed with a reason only, and where the office wants it after another
-- person's approval.

CREATE OR REPLACE FUNCTION key_fields() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN coalesce(
        (SELECT ARRAY(SELECT jsonb_array_elements_text(s.value)) FROM setting s
         WHERE s.key = 'key_fields' AND jsonb_typeof(s.value) = 'array'),
        '{name,owner_id,tax_number,bank,bank_account,credit_limit}');
END $$;

-- Those of some fields that the asking operator changes only after somebody else has approved; who
-- may approve, too, unless nobody else may. Whose a customer is has a right of its own, so that the
-- office wants apart, and who may approve hands over: many at once could not be asked for.
CREATE OR REPLACE FUNCTION fields_to_approve(names text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF setting_text('key_fields_need_approval', 'false') <> 'true'
        OR me() IS NULL OR approves_alone()
    THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(SELECT n FROM unnest(names) n WHERE n = ANY (key_fields())
        AND (n <> 'owner_id' OR setting_text('owner_needs_approval', 'false') = 'true'
            AND NOT can('customer', 'approve')));
END $$;

-- A request for a value that has changed meanwhile is closed by whoever changed it: what was asked
-- for was asked of another state of things.
CREATE OR REPLACE FUNCTION overtake_requests(becomes customer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- There is none nearly always, and an UPDATE of nothing has its triggers too.
    IF EXISTS (SELECT FROM change_request WHERE customer_id = becomes.id AND state = 'open') THEN
        UPDATE change_request r SET state = 'overtaken', decided_by = me(), decided_at = now()
        WHERE r.customer_id = becomes.id AND r.state = 'open' AND EXISTS (
            SELECT FROM jsonb_each(r.fields) f
            WHERE to_jsonb(becomes) -> f.key IS DISTINCT FROM f.value -> 'old');
    END IF;
END $$;

-- The reason is written here and now: the transaction may have begun to change something before
-- it was given, and may take it away before the history is written.
CREATE OR REPLACE FUNCTION guard_key_fields() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    keys CONSTANT text[] := key_fields();
    changed text[];
    why text;
BEGIN
    IF keys <@ '{name,owner_id,tax_number,bank,bank_account,credit_limit}' THEN
        changed := array_remove(ARRAY[
            CASE WHEN NEW.name IS DISTINCT FROM OLD.name THEN 'name' END,
            CASE WHEN NEW.owner_id IS DISTINCT FROM OLD.owner_id THEN 'owner_id' END,
            CASE WHEN NEW.tax_number IS DISTINCT FROM OLD.tax_number THEN 'tax_number' END,
            CASE WHEN NEW.bank IS DISTINCT FROM OLD.bank THEN 'bank' END,
            CASE WHEN NEW.bank_account IS DISTINCT FROM OLD.bank_account THEN 'bank_account' END,
            CASE WHEN NEW.credit_limit IS DISTINCT FROM OLD.credit_limit THEN 'credit_limit' END],
            NULL);
    ELSE  -- the office has chosen others: as JSON, which takes several times as long
        changed := ARRAY(SELECT k FROM unnest(keys) k,
            (SELECT to_jsonb(OLD) AS was, to_jsonb(NEW) AS becomes) r WHERE was -> k <> becomes -> k);
    END IF;
    IF changed <> '{}' THEN
        PERFORM overtake_requests(NEW);
    END IF;
    IF NOT changed && keys
        OR OLD.created_at = now() AND OLD.created_by IS NOT DISTINCT FROM me()
    THEN
        RETURN NEW;
    END IF;
    why := left(btrim(coalesce(current_setting('kehu.reason', true), ''), E' \t\n\r　'), 500);
    IF why = '' THEN
        RAISE EXCEPTION 'a key field changes with a reason only'
            USING ERRCODE = 'KH005', COLUMN = 'reason';
    ELSIF fields_to_approve(changed) <> '{}' AND NOT EXISTS (
        -- What this transaction has just approved, and nothing else than that.
        SELECT FROM change_request r WHERE r.customer_id = OLD.id AND r.state = 'approved'
            AND r.decided_at = now() AND r.decided_by = me()
            AND NOT EXISTS (SELECT FROM unnest(fields_to_approve(changed)) k
                WHERE to_jsonb(NEW) -> k IS DISTINCT FROM r.fields -> k -> 'new'))
    THEN
        RAISE EXCEPTION 'key fields need approval'
            USING ERRCODE = 'KH004', DETAIL = 'needs_approval';
    END IF;
    PERFORM current_change(why);
    RETURN NEW;
END $$;

-- One change of a customer waits at a time; the hint tells whose it is and since when.
CREATE OR REPLACE FUNCTION refuse_second_request(asked_id integer) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    SELECT r.asked_by, r.asked_at AS at, o.name AS who INTO one
    FROM change_request r JOIN operator o ON o.id = r.asked_by
    WHERE r.customer_id = asked_id AND r.state = 'open';
    IF FOUND THEN
        RAISE EXCEPTION 'one is open' USING ERRCODE = 'KH004',
            DETAIL = CASE one.asked_by WHEN me() THEN 'request_mine' ELSE 'request_open' END,
            HINT = jsonb_build_object('who', one.who, 'at', one.at);
    END IF;
END $$;

-- Asks for new values of a customer's key fields: {"bank": "B"}. Answers with the request's id.
CREATE OR REPLACE FUNCTION request_change(asked_id integer, fields jsonb, why text)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored customer;
    wanted customer;
    changed jsonb;
    made integer;
    rule record;
    holds boolean;
    sought text := left(btrim(coalesce(why, ''), E' \t\n\r　'), 500);
BEGIN
    IF NOT (can('customer', 'edit') AND can('customer', 'view'))
        OR fields ? 'owner_id' AND NOT can('customer', 'assign')
    THEN
        RAISE EXCEPTION 'you may not change customers' USING ERRCODE = '42501';
    ELSIF sought = '' THEN
        RAISE EXCEPTION 'a request needs a reason' USING ERRCODE = 'KH005', COLUMN = 'reason';
    END IF;
    SELECT * INTO stored FROM customer c
    WHERE c.id = asked_id AND c.deleted_at IS NULL AND may_see(c.id, c.owner_id) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such customer for you' USING ERRCODE = 'KH003';
    ELSIF fields ? 'owner_id' AND stored.owner_id <> ALL (operators_to_give()) THEN
        RAISE EXCEPTION 'lent customers are not given away' USING ERRCODE = 'KH003';
    -- What a setting calls a key field is perhaps no field that anybody types.
    ELSIF EXISTS (SELECT FROM jsonb_object_keys(fields) k
        WHERE k <> ALL (key_fields()) OR k <> ALL (merged_fields() || 'owner_id'::text))
    THEN
        RAISE EXCEPTION 'not a key field' USING ERRCODE = '42501';
    END IF;
    wanted := jsonb_populate_record(stored, fields);
    SELECT jsonb_object_agg(k, jsonb_build_object('old', to_jsonb(stored) -> k,
        'new', to_jsonb(wanted) -> k)) INTO changed FROM jsonb_object_keys(fields) k
    WHERE to_jsonb(stored) -> k <> to_jsonb(wanted) -> k
        -- Who sees it masked is not told that a guess is right.
        OR k IN ('phone', 'mobile', 'bank_account') AND NOT can('customer', 'whole');
    IF changed IS NULL THEN
        RAISE EXCEPTION 'nothing changes' USING ERRCODE = 'KH004', DETAIL = 'request_empty';
    ELSIF wanted.name IS NULL THEN
        RAISE EXCEPTION 'no name' USING ERRCODE = '23502', COLUMN = 'name', TABLE = 'customer';
    END IF;
    PERFORM refuse_second_request(asked_id);
    -- What the table would refuse is refused now, not when somebody approves it.
    FOR rule IN SELECT c.conname AS name, pg_get_expr(c.conbin, c.conrelid) AS must
        FROM pg_constraint c WHERE c.conrelid = 'customer'::regclass AND c.contype = 'c'
    LOOP
        EXECUTE format('SELECT %s FROM (SELECT ($1).*) customer', rule.must) INTO holds USING wanted;
        IF NOT holds THEN
            RAISE EXCEPTION 'out of range' USING ERRCODE = '23514', TABLE = 'customer',
                CONSTRAINT = rule.name;
        END IF;
    END LOOP;
    PERFORM set_config('kehu.reason', sought, true);
    INSERT INTO change_request (customer_id, owner_id, fields, reason, asked_by)
    VALUES (asked_id, stored.owner_id, changed, sought, me()) RETURNING id INTO made;
    RETURN made;
END $$;

CREATE OR REPLACE FUNCTION sees_request_of(asked customer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT asked.deleted_at IS NULL AND may_see(asked.id, asked.owner_id) AND can('customer', 'view')
$$;

-- One's own open requests on customers that one does not see any more, or that are deleted: what one
-- wrote oneself, and nothing of the customer.
CREATE OR REPLACE FUNCTION lost_requests()
RETURNS TABLE (id integer, fields jsonb, reason text, asked_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.id, (SELECT jsonb_object_agg(f.key, jsonb_build_object('old', NULL, 'new',
            CASE WHEN can('customer', 'whole') THEN f.value
                ELSE masked_body(jsonb_build_object(f.key, f.value)) -> f.key END -> 'new'))
        FROM jsonb_each(r.fields) f), r.reason, r.asked_at
    FROM change_request r JOIN customer c ON c.id = r.customer_id
    WHERE r.state = 'open' AND r.asked_by = me() AND NOT sees_request_of(c)
$$;

-- An open request of one's own, or on a customer that one sees, held until the transaction's end.
CREATE OR REPLACE FUNCTION open_request(asked_id integer) RETURNS change_request
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one change_request;
BEGIN
    -- The customer first, as everybody who changes one does.
    PERFORM FROM customer c JOIN change_request r ON r.customer_id = c.id
    WHERE r.id = asked_id AND (r.asked_by = me() OR sees_request_of(c)) FOR UPDATE OF c;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such request for you' USING ERRCODE = 'KH003';
    END IF;
    SELECT * INTO found_one FROM change_request r WHERE r.id = asked_id FOR UPDATE;
    IF found_one.state <> 'open' THEN
        RAISE EXCEPTION 'it is decided' USING ERRCODE = 'KH004', DETAIL =
            CASE found_one.state WHEN 'overtaken' THEN 'request_overtaken' ELSE 'request_decided' END;
    END IF;
    RETURN found_one;
END $$;

-- Somebody else than who asked says yes or no; yes makes the change.
CREATE OR REPLACE FUNCTION decide_request(asked_id integer, yes boolean, said text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    request change_request := open_request(asked_id);
    stored jsonb := (SELECT to_jsonb(c) FROM customer c WHERE c.id = request.customer_id);
    wanted customer;
BEGIN
    IF NOT can('customer', 'approve') THEN
        RAISE EXCEPTION 'you may not approve changes' USING ERRCODE = '42501';
    ELSIF request.asked_by = me() THEN
        RAISE EXCEPTION 'your own request' USING ERRCODE = 'KH004', DETAIL = 'request_own';
    ELSIF yes IS NULL THEN
        RAISE EXCEPTION 'yes or no' USING ERRCODE = '22004';
    ELSIF yes AND EXISTS (SELECT FROM jsonb_each(request.fields) f
        WHERE stored -> f.key IS DISTINCT FROM f.value -> 'old')
    THEN
        RAISE EXCEPTION 'it changed' USING ERRCODE = 'KH004', DETAIL = 'request_overtaken';
    END IF;
    PERFORM set_config('kehu.reason', request.reason, true);
    UPDATE change_request SET state = CASE WHEN yes THEN 'approved' ELSE 'refused' END,
        decided_by = me(), decided_at = now(), answer = left(btrim(coalesce(said, '')), 500)
    WHERE id = asked_id;
    IF NOT yes THEN
        RETURN;
    END IF;
    wanted := jsonb_populate_record(NULL::customer, stored || (
        SELECT jsonb_object_agg(f.key, f.value -> 'new') FROM jsonb_each(request.fields) f));
    IF request.fields ? 'owner_id' AND NOT EXISTS (SELECT FROM operator o
        WHERE o.id = wanted.owner_id AND o.active AND o.deleted_at IS NULL)
    THEN
        RAISE EXCEPTION 'not an active operator' USING ERRCODE = 'KH005', COLUMN = 'owner_id';
    END IF;
    EXECUTE format('UPDATE customer SET %s WHERE id = $2',
        (SELECT string_agg(format('%1$I = ($1).%1$I', k), ', ')
         FROM jsonb_object_keys(request.fields) k)) USING wanted, request.customer_id;
END $$;

-- Whoever asked may think better of it.
CREATE OR REPLACE FUNCTION withdraw_request(asked_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    request change_request := open_request(asked_id);
BEGIN
    IF request.asked_by <> me() THEN
        RAISE EXCEPTION 'somebody else asked' USING ERRCODE = '42501';
    END IF;
    UPDATE change_request SET state = 'withdrawn', decided_by = me(), decided_at = now()
    WHERE id = asked_id;
END $$;
