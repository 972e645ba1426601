-- Two customers that are one: all of the one moves to the other in one transaction, and goes back
-- as long as neither is erased.

-- What can be chosen between the two. Numbers and owners stay those of the kept one.
CREATE OR REPLACE FUNCTION merged_fields() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT '{kind,name,short_name,type_id,source_id,industry_id,enterprise_kind_id,size,region_id,
        grade_id,sales_method_id,status,tags,phone,mobile,fax,email,website,address,postcode,
        invoice_title,tax_number,bank,bank_account,credit_limit,founded_on,needs,description,
        remarks}'::text[]
$$;

-- Whether a merge or its undoing is moving records between these two just now. Its row is written by
-- those functions only and says so no longer when they end: no setting stands for it.
CREATE OR REPLACE FUNCTION is_merging(from_id integer, to_id integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM customer_merge m WHERE m.moving = pg_current_xact_id_if_assigned()
        AND (m.kept_id, m.dropped_id) IN ((from_id, to_id), (to_id, from_id)));
END $$;

-- The numbers by which a customer was known before others were merged into it.
CREATE OR REPLACE FUNCTION merged_numbers(asked_id integer) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (
        WITH RECURSIVE former AS (
            SELECT c.id, c.number FROM customer c WHERE c.merged_into = asked_id
            UNION SELECT c.id, c.number FROM customer c JOIN former f ON c.merged_into = f.id
        )
        SELECT string_agg(lower(number), E'\n' ORDER BY id) FROM former);
END $$;

-- Locks both, and says no where they are not the asking operator's to merge.
CREATE OR REPLACE FUNCTION hold_both(kept integer, dropped integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    seen integer;
    given integer;
    owners integer;
BEGIN
    IF NOT (can('customer', 'view') AND can('customer', 'edit') AND can('customer', 'delete')) THEN
        RAISE EXCEPTION 'you may not merge customers' USING ERRCODE = '42501';
    END IF;
    PERFORM FROM customer WHERE id IN (kept, dropped) ORDER BY id FOR UPDATE;
    SELECT count(*), count(*) FILTER (WHERE owner_id = ANY (operators_to_give())),
        count(DISTINCT owner_id)
    INTO seen, given, owners FROM customer
    WHERE id IN (kept, dropped) AND owner_id = ANY (visible_operators());
    IF seen <> 2 OR owners = 2 AND given <> 2 THEN
        RAISE EXCEPTION 'not both of these customers are yours' USING ERRCODE = 'KH003';
    -- What hangs on the one goes to the owner of the other.
    ELSIF owners = 2 AND NOT can('customer', 'assign') THEN
        RAISE EXCEPTION 'you may not hand over customers' USING ERRCODE = '42501';
    ELSIF owners = 2 AND fields_to_approve('{owner_id}') <> '{}' THEN
        RAISE EXCEPTION 'owners need approval'
            USING ERRCODE = 'KH004', DETAIL = 'handover_needs_approval';
    END IF;
END $$;

-- What hangs on the customer and moves by itself: ids by table. Of two shares with one operator, and
-- where both are in a group, that of the kept customer counts.
CREATE OR REPLACE FUNCTION records_to_move(from_id integer, to_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text;
    ids jsonb;
    found jsonb := '{}';
BEGIN
    FOREACH kind IN ARRAY '{contact,sales_order,quote,delivery,receipt,print_log,share,group_member}'
        ::text[]
    LOOP
        EXECUTE format('SELECT jsonb_agg(r.id ORDER BY r.id) FROM %I r WHERE r.customer_id = $1 %s',
            kind, CASE kind WHEN 'share' THEN 'AND NOT EXISTS (SELECT FROM share s
                WHERE s.customer_id = $2 AND s.operator_id = r.operator_id)'
                WHEN 'group_member' THEN 'AND NOT EXISTS (SELECT FROM group_member g
                WHERE g.customer_id = $2 AND g.group_id = r.group_id)' ELSE '' END)
            INTO ids USING from_id, to_id;
        IF ids IS NOT NULL THEN
            found := found || jsonb_build_object(kind, ids);
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- Contacts first: a document names a person of its own customer. Deliveries follow their orders,
-- lines and parts their documents, by their keys.
CREATE OR REPLACE FUNCTION move_records(moved jsonb, from_id integer, to_id integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text;
BEGIN
    FOREACH kind IN ARRAY '{contact,sales_order,quote,receipt,print_log,share,group_member}'::text[]
    LOOP
        CONTINUE WHEN NOT moved ? kind;
        EXECUTE format('UPDATE %I r SET customer_id = c.id, owner_id = c.owner_id FROM customer c
            WHERE c.id = $2 AND r.customer_id = $1
                AND r.id IN (SELECT e::integer FROM jsonb_array_elements_text($3) e)', kind)
            USING from_id, to_id, moved -> kind;
    END LOOP;
END $$;

CREATE OR REPLACE FUNCTION set_fields(asked_id integer, given jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- Set to itself, so that what it is found by is made anew in any case.
    parts text := 'haystack = c.haystack';
BEGIN
    SELECT concat_ws(', ', parts, string_agg(format('%I = g.%I', k, k), ', '))
    INTO parts FROM jsonb_object_keys(given) k;
    EXECUTE format('UPDATE customer c SET %s FROM jsonb_populate_record(NULL::customer, $2) g
        WHERE c.id = $1', parts) USING asked_id, given;
END $$;

-- Sets what may be set at once and asks for the rest. Answers with the request's id, if there is one.
CREATE OR REPLACE FUNCTION set_or_ask(asked_id integer, given jsonb, why text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    later text[] := fields_to_approve(ARRAY(SELECT jsonb_object_keys(given)));
BEGIN
    PERFORM set_fields(asked_id, given - later);
    RETURN CASE WHEN later <> '{}' THEN request_change(asked_id,
        (SELECT jsonb_object_agg(k, given -> k) FROM unnest(later) k), why) END;
END $$;

-- `fields` names what the kept customer takes over from the other one: ["phone", "address"].
CREATE OR REPLACE FUNCTION merge_customers(kept integer, dropped integer, fields jsonb, why text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sought CONSTANT text := left(trim(coalesce(why, '')), 500);
    made integer;
    ids jsonb;
    taken jsonb;
    asked integer;
BEGIN
    IF kept = dropped OR EXISTS (SELECT FROM jsonb_array_elements_text(fields) f
        WHERE f <> ALL (merged_fields()))
    THEN
        RAISE EXCEPTION 'choose two customers' USING ERRCODE = 'KH005', COLUMN = 'merged_into';
    ELSIF sought = '' THEN
        RAISE EXCEPTION 'a merge needs a reason' USING ERRCODE = 'KH005', COLUMN = 'reason';
    END IF;
    PERFORM hold_both(kept, dropped);
    IF EXISTS (SELECT FROM customer WHERE id IN (kept, dropped) AND deleted_at IS NOT NULL) THEN
        RAISE EXCEPTION 'one of them is deleted' USING ERRCODE = 'KH001';
    -- Nobody approves what a new customer is entered with: what is known of an old one would change
    -- by merging it into such a one. Whether the two differ is not asked, which would tell guesses.
    ELSIF kept > dropped AND fields_to_approve(array_remove(key_fields(), 'owner_id')) <> '{}' THEN
        RAISE EXCEPTION 'the older one stays' USING ERRCODE = 'KH004', DETAIL = 'merge_older';
    END IF;
    PERFORM set_config('kehu.reason', sought, true), set_config('kehu.via', 'merge', true);
    ids := records_to_move(dropped, kept);
    SELECT coalesce(jsonb_object_agg(f, jsonb_build_object(
        'before', to_jsonb(k) -> f, 'after', to_jsonb(d) -> f)), '{}') INTO taken
    FROM jsonb_array_elements_text(fields) f, customer k, customer d
    WHERE k.id = kept AND d.id = dropped AND to_jsonb(k) -> f IS DISTINCT FROM to_jsonb(d) -> f
        -- What looks alike to who sees it masked stays, or merging and taking that back would tell
        -- whether a guess is right.
        AND (can('customer', 'whole')
            OR masked_body(to_jsonb(k)) -> f IS DISTINCT FROM masked_body(to_jsonb(d)) -> f);
    INSERT INTO customer_merge (by_id, kept_id, dropped_id, reason, moved, fields, moving, change_id)
    VALUES (me(), kept, dropped, sought, ids, taken, pg_current_xact_id(), current_change())
    RETURNING id INTO made;
    PERFORM move_records(ids, dropped, kept);
    UPDATE customer SET deleted_at = now(), deleted_by = me(), merged_into = kept,
        deletion_id = nextval('deletion_number') WHERE id = dropped;
    asked := set_or_ask(kept,
        (SELECT coalesce(jsonb_object_agg(key, value -> 'after'), '{}') FROM jsonb_each(taken)), sought);
    UPDATE customer_merge SET moving = NULL, request_id = asked WHERE id = made;
    RETURN merge_document(made);
END $$;

-- One merge as it is told; of what hangs on it, only kinds that one may view, and not in how many
-- groups it is, of which some may be private.
CREATE OR REPLACE FUNCTION merge_document(asked_id integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('id', m.id, 'at', m.at, 'reason', m.reason,
        'by_name', (SELECT name FROM operator WHERE id = m.by_id), 'undone_at', m.undone_at,
        'kept', jsonb_build_object('id', k.id, 'number', k.number, 'name', k.name),
        'dropped', (SELECT jsonb_build_object('id', d.id, 'number', d.number, 'name', d.name)
            FROM customer d WHERE d.id = m.dropped_id),
        'fields', (SELECT coalesce(jsonb_agg(f ORDER BY f), '[]') FROM jsonb_object_keys(m.fields) f),
        'moved', (SELECT coalesce(jsonb_object_agg(key, jsonb_array_length(value)), '{}')
            FROM jsonb_each(m.moved)
            WHERE key <> 'group_member' AND can(CASE key WHEN 'print_log' THEN 'customer' WHEN 'share' THEN 'customer'
                ELSE module_of(key) END, 'view')),
        'stayed', m.stayed,
        'asked', (SELECT coalesce(jsonb_agg(f ORDER BY f), '[]') FROM change_request r,
            jsonb_object_keys(r.fields) f WHERE r.id = m.request_id AND r.state = 'open'))
    FROM customer_merge m JOIN customer k ON k.id = m.kept_id
    WHERE m.id = asked_id AND can('customer', 'view') AND may_see(k.id, k.owner_id)
$$;

-- The merge that put a customer into the bin, with the one that is kept; NULL where there is none to
-- be seen. What was merged on leads to the last.
CREATE OR REPLACE FUNCTION kept_customer(asked_id integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE chain AS (
        SELECT c.id, c.merged_into, 0 AS place FROM customer c
        WHERE c.id = asked_id AND c.merged_into IS NOT NULL
        UNION SELECT c.id, c.merged_into, p.place + 1 FROM customer c
        JOIN chain p ON c.id = p.merged_into WHERE p.place < 100
    )
    SELECT jsonb_build_object('id', k.id, 'number', k.number, 'name', k.name,
        'old_number', d.number, 'old_name', d.name)
    FROM chain JOIN customer k ON k.id = chain.id, customer d
    WHERE d.id = asked_id AND k.merged_into IS NULL AND k.deleted_at IS NULL
        AND can('customer', 'view') AND may_see(k.id, k.owner_id)
$$;

-- What can go back: all that is tied to nothing that stays. An order stays with the money received
-- for it since, a contact with the order that names it.
CREATE OR REPLACE FUNCTION records_to_return(moved jsonb, kept integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE candidate AS MATERIALIZED (
        SELECT m.key AS kind, e::integer AS id FROM jsonb_each(moved) m,
            jsonb_array_elements_text(m.value) e
    ), tie (kind, id, other_kind, other_id) AS MATERIALIZED (
        SELECT 'sales_order', id, 'contact', contact_id FROM sales_order
            WHERE customer_id = kept AND contact_id IS NOT NULL
        UNION ALL SELECT 'quote', id, 'contact', contact_id FROM quote
            WHERE customer_id = kept AND contact_id IS NOT NULL
        UNION ALL SELECT 'quote', id, 'sales_order', order_id FROM quote
            WHERE customer_id = kept AND order_id IS NOT NULL
        UNION ALL SELECT 'receipt', receipt_id, 'sales_order', order_id FROM receipt_allocation
            WHERE customer_id = kept
        UNION ALL SELECT 'receipt', id, 'receipt', reverses_id FROM receipt
            WHERE customer_id = kept AND reverses_id IS NOT NULL
    ), tied AS MATERIALIZED (
        SELECT * FROM tie UNION ALL SELECT other_kind, other_id, kind, id FROM tie
    ), staying (kind, id) AS (
        SELECT t.other_kind, t.other_id FROM tied t
        WHERE (t.kind, t.id) NOT IN (SELECT c.kind, c.id FROM candidate c)
        UNION SELECT t.other_kind, t.other_id FROM staying s
        JOIN tied t ON t.kind = s.kind AND t.id = s.id
    )
    SELECT coalesce(jsonb_object_agg(g.kind, g.ids), '{}') FROM (
        SELECT c.kind, jsonb_agg(c.id) AS ids FROM candidate c
        WHERE (c.kind, c.id) NOT IN (SELECT s.kind, s.id FROM staying s) GROUP BY c.kind) g
$$;

-- The prints of documents that went back, those made since among them.
CREATE OR REPLACE FUNCTION return_prints(moved jsonb, from_id integer, to_id integer) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE print_log p SET customer_id = c.id, owner_id = c.owner_id FROM customer c
    WHERE c.id = to_id AND p.customer_id = from_id AND CASE p.kind
        WHEN 'order' THEN EXISTS (
            SELECT FROM sales_order d WHERE d.id = p.row_id AND d.customer_id = to_id)
        WHEN 'quote' THEN EXISTS (
            SELECT FROM quote d WHERE d.id = p.row_id AND d.customer_id = to_id)
        WHEN 'delivery' THEN EXISTS (
            SELECT FROM delivery d WHERE d.id = p.row_id AND d.customer_id = to_id)
        WHEN 'receipt' THEN EXISTS (
            SELECT FROM receipt d WHERE d.id = p.row_id AND d.customer_id = to_id)
        ELSE moved -> 'print_log' @> to_jsonb(p.id) END
$$;

-- Of what had moved, how much is not with the customer again: numbers by table.
CREATE OR REPLACE FUNCTION records_left(moved jsonb, back_at integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one record;
    back integer;
    found jsonb := '{}';
BEGIN
    FOR one IN SELECT key, value FROM jsonb_each(moved) LOOP
        EXECUTE format('SELECT count(*) FROM %I WHERE customer_id = $1
            AND id IN (SELECT e::integer FROM jsonb_array_elements_text($2) e)', one.key)
            INTO back USING back_at, one.value;
        IF back < jsonb_array_length(one.value) THEN
            found := found || jsonb_build_object(one.key, jsonb_array_length(one.value) - back);
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- Why a merge cannot be undone, as a DETAIL; an empty text where it can.
CREATE OR REPLACE FUNCTION merge_obstacle(asked customer_merge) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN asked.undone_at IS NOT NULL THEN 'merge_undone'
        WHEN (SELECT count(*) FROM customer WHERE id IN (asked.kept_id, asked.dropped_id)) < 2
            THEN 'merge_purged'
        WHEN NOT EXISTS (SELECT FROM customer k, customer d
            WHERE k.id = asked.kept_id AND k.deleted_at IS NULL
                AND d.id = asked.dropped_id AND d.merged_into = k.id) THEN 'merge_moved_on'
        ELSE '' END
$$;

-- Brings back what had moved and still belongs to the kept one, and the values that nobody has
-- changed since; the document tells what did not go back.
CREATE OR REPLACE FUNCTION unmerge_customers(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one customer_merge;
    values_back jsonb;
    unlike jsonb;
    asked integer;
BEGIN
    SELECT * INTO one FROM customer_merge WHERE id = asked_id;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM customer WHERE id IN (one.kept_id, one.dropped_id)
        AND owner_id = ANY (visible_operators()))
    THEN
        RAISE EXCEPTION 'no such merge for you' USING ERRCODE = 'KH001';
    ELSIF merge_obstacle(one) IN ('merge_undone', 'merge_purged') THEN
        RAISE EXCEPTION 'it cannot be undone' USING ERRCODE = 'KH004', DETAIL = merge_obstacle(one);
    END IF;
    -- Whoever changes a merge holds its customers first.
    PERFORM hold_both(one.kept_id, one.dropped_id);
    SELECT * INTO one FROM customer_merge WHERE id = asked_id;
    IF merge_obstacle(one) <> '' THEN
        RAISE EXCEPTION 'it cannot be undone' USING ERRCODE = 'KH004', DETAIL = merge_obstacle(one);
    END IF;
    PERFORM set_config('kehu.reason', one.reason, true), set_config('kehu.via', 'merge undone', true);
    UPDATE customer_merge SET moving = pg_current_xact_id() WHERE id = asked_id;
    UPDATE customer SET deleted_at = NULL, deleted_by = NULL, deletion_id = NULL
    WHERE id = one.dropped_id;
    PERFORM move_records(records_to_return(one.moved - 'print_log', one.kept_id),
        one.kept_id, one.dropped_id);
    PERFORM return_prints(one.moved, one.kept_id, one.dropped_id);
    SELECT coalesce(jsonb_object_agg(f.key, f.value -> 'before')
            FILTER (WHERE v.now = f.value -> 'after'), '{}'),
        coalesce(jsonb_agg(f.key ORDER BY f.key)
            FILTER (WHERE v.now NOT IN (f.value -> 'after', f.value -> 'before')), '[]')
    INTO values_back, unlike FROM customer k, jsonb_each(one.fields) f
    CROSS JOIN LATERAL (SELECT to_jsonb(k) -> f.key AS now) v
    WHERE k.id = one.kept_id;
    -- What the merge asked for and nobody has decided is asked for no longer.
    UPDATE change_request SET state = 'withdrawn', decided_by = me(), decided_at = now()
    WHERE id = one.request_id AND state = 'open';
    asked := set_or_ask(one.kept_id, values_back, one.reason);
    UPDATE customer_merge SET moving = NULL, undone_at = now(), undone_by = me(),
        request_id = asked, undo_change_id = current_change(), stayed = jsonb_build_object(
            'moved', records_left(one.moved - 'group_member', one.dropped_id), 'fields', unlike)
    WHERE id = asked_id;
    RETURN merge_document(asked_id);
END $$;

-- The merge that a deletion belongs to: restoring such a customer is undoing its merge, until the
-- kept one is erased, and what had moved with it.
CREATE OR REPLACE FUNCTION merge_of(bin bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT m.id FROM customer c JOIN customer_merge m
        ON m.dropped_id = c.id AND m.kept_id = c.merged_into AND m.undone_at IS NULL
    JOIN customer k ON k.id = m.kept_id
    WHERE c.deletion_id = bin AND may_see(c.id, c.owner_id)
$$;

-- What undoing a merge would answer, found by doing it and taking it back; NULL for whoever may not.
CREATE OR REPLACE FUNCTION unmerge_preview(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb;
BEGIN
    told := unmerge_customers(asked_id);
    RAISE EXCEPTION 'only tried' USING ERRCODE = 'KH099';
EXCEPTION
    WHEN SQLSTATE 'KH099' THEN
        RETURN told;
    WHEN insufficient_privilege OR SQLSTATE 'KH001' OR SQLSTATE 'KH003' THEN
        RETURN NULL;
END $$;

-- One deletion as it is asked about before it comes back; NULL where there is none to be seen.
-- Refuses where a merge cannot be undone.
CREATE OR REPLACE FUNCTION restore_preview(bin bigint) RETURNS jsonb
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT to_jsonb(l) || jsonb_build_object('clashes', restore_clashes(bin),
        'lacks', restore_lacks(bin), 'alike', restore_alike(bin), 'merge', u.told,
        'may', (SELECT bool_and(can(module_of(k), 'restore')) FROM jsonb_object_keys(l.taken) k)
            AND (m.id IS NULL OR u.told IS NOT NULL))
    FROM bin_list(bin + 1, 1) l CROSS JOIN LATERAL merge_of(bin) m (id)
    CROSS JOIN LATERAL (SELECT CASE WHEN m.id IS NOT NULL THEN unmerge_preview(m.id) END) u (told)
    WHERE l.deletion = bin
$$;
