-- Customers change hands: counted before, moved in one transaction, taken back for 30 days.

-- What there is to hand over, customer by customer, as far as the asking operator may give it: all of
-- one operator's, those in the recycle bin too, or chosen ones.
CREATE OR REPLACE FUNCTION handover_customers(asked_owner integer, ids integer[])
RETURNS TABLE (id integer, number text, name text, owner_id integer, region_id integer,
    type_id integer, grade_id integer, contacts integer, quotes integer, orders integer,
    open_orders integer, receipts integer, deliveries integer, outstanding numeric,
    elsewhere text, deleted boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp SET kehu.bin = 'on' AS $$
    WITH mine AS MATERIALIZED (
        SELECT c.* FROM customer c WHERE (c.owner_id = asked_owner OR c.id = ANY (ids))
            AND c.owner_id = ANY ((SELECT operators_to_give())::integer[])
    ), contacted AS (
        SELECT k.customer_id, count(*)::integer AS n FROM contact k
        WHERE k.customer_id IN (SELECT m.id FROM mine m) AND k.deleted_at IS NULL GROUP BY 1
    ), quoted AS (
        SELECT q.customer_id, count(*)::integer AS n FROM quote q
        WHERE q.customer_id IN (SELECT m.id FROM mine m) AND q.deleted_at IS NULL GROUP BY 1
    ), ordered AS (
        SELECT o.customer_id, o.currency, count(*)::integer AS n,
            count(*) FILTER (WHERE o.status NOT IN ('completed', 'cancelled'))::integer AS n_open,
            sum(o.outstanding) AS outstanding
        FROM sales_order o
        WHERE o.customer_id IN (SELECT m.id FROM mine m) AND o.deleted_at IS NULL GROUP BY 1, 2
    ), owing AS (
        SELECT s.customer_id, sum(s.n)::integer AS n, sum(s.n_open)::integer AS n_open,
            sum(s.outstanding) FILTER (WHERE s.currency = office.currency) AS outstanding,
            string_agg(s.currency || ' ' || s.outstanding, ', ' ORDER BY s.currency)
                FILTER (WHERE s.currency <> office.currency AND s.outstanding <> 0) AS elsewhere
        FROM ordered s, (SELECT setting_text('currency', 'CNY') AS currency) office GROUP BY 1
    ), received AS (
        SELECT r.customer_id, count(*)::integer AS n FROM receipt r
        WHERE r.customer_id IN (SELECT m.id FROM mine m) AND r.deleted_at IS NULL GROUP BY 1
    ), delivered AS (
        SELECT d.customer_id, count(*)::integer AS n FROM delivery d
        WHERE d.customer_id IN (SELECT m.id FROM mine m) AND d.deleted_at IS NULL GROUP BY 1
    )
    SELECT m.id, m.number, m.name, m.owner_id, m.region_id, m.type_id, m.grade_id,
        coalesce(contacted.n, 0), coalesce(quoted.n, 0), coalesce(owing.n, 0),
        coalesce(owing.n_open, 0), coalesce(received.n, 0), coalesce(delivered.n, 0),
        coalesce(owing.outstanding, 0), coalesce(owing.elsewhere, ''), m.deleted_at IS NOT NULL
    FROM mine m
    LEFT JOIN contacted ON contacted.customer_id = m.id
    LEFT JOIN quoted ON quoted.customer_id = m.id
    LEFT JOIN owing ON owing.customer_id = m.id
    LEFT JOIN received ON received.customer_id = m.id
    LEFT JOIN delivered ON delivered.customer_id = m.id
    ORDER BY m.number
$$;

-- What else is about somebody whose customers go: told before, and left as it is.
CREATE OR REPLACE FUNCTION handover_rest(asked_owner integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today CONSTANT date := office_today();
BEGIN
    IF NOT can('customer', 'assign') OR asked_owner <> ALL (operators_to_give()) THEN
        RAISE EXCEPTION 'you may not hand over customers' USING ERRCODE = '42501';
    END IF;
    RETURN jsonb_build_object(
        'requests', (SELECT count(*) FROM change_request r JOIN customer c ON c.id = r.customer_id
            WHERE r.state = 'open' AND r.owner_id = asked_owner AND c.deleted_at IS NULL),
        'asked', (SELECT count(*) FROM change_request r
            WHERE r.state = 'open' AND r.asked_by = asked_owner),
        'shared', (SELECT count(*) FROM share s
            WHERE s.owner_id = asked_owner AND s.until >= today),
        'lent', (SELECT count(*) FROM share s
            WHERE s.operator_id = asked_owner AND s.until >= today),
        'deputies', (SELECT coalesce(jsonb_agg(o.name ORDER BY o.name), '[]') FROM deputy d
            JOIN operator o ON o.id = d.deputy_id
            WHERE d.absent_id = asked_owner AND d.until >= today),
        'absent', (SELECT coalesce(jsonb_agg(o.name ORDER BY o.name), '[]') FROM deputy d
            JOIN operator o ON o.id = d.absent_id
            WHERE d.deputy_id = asked_owner AND d.until >= today),
        'heads', (SELECT coalesce(jsonb_agg(d.name ORDER BY d.name), '[]') FROM department d
            WHERE d.head_id = asked_owner AND d.deleted_at IS NULL));
END $$;

-- Moves customers with all that hangs on them. `plan` has `from_id`, whose records it is about (or
-- null), and `moves`: customer_id, from_id (the owner as the plan was made) and to_id.
CREATE OR REPLACE FUNCTION hand_over(plan jsonb, why text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made integer;
    own CONSTANT integer[] := operators_to_give();
    foreign_ones integer;
    moved_since integer;
    sought text := left(trim(coalesce(why, '')), 500);
BEGIN
    IF NOT can('customer', 'assign') THEN
        RAISE EXCEPTION 'you may not hand over customers' USING ERRCODE = '42501';
    ELSIF sought = '' THEN
        RAISE EXCEPTION 'a hand-over needs a reason' USING ERRCODE = 'KH005', COLUMN = 'reason';
    ELSIF fields_to_approve('{owner_id}') <> '{}' THEN
        RAISE EXCEPTION 'owners need approval'
            USING ERRCODE = 'KH004', DETAIL = 'handover_needs_approval';
    END IF;
    PERFORM set_config('kehu.reason', sought, true), set_config('kehu.via', 'hand-over', true);
    INSERT INTO handover (by_id, from_id, reason, change_id)
    VALUES (me(), (plan ->> 'from_id')::integer, sought, current_change()) RETURNING id INTO made;
    INSERT INTO handover_item (handover_id, customer_id, from_id, to_id)
    SELECT made, m.customer_id, m.from_id, m.to_id FROM jsonb_to_recordset(plan -> 'moves')
        m (customer_id integer, from_id integer, to_id integer)
    WHERE m.from_id <> m.to_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'nothing to hand over' USING ERRCODE = 'KH005', COLUMN = 'moves';
    END IF;
    -- The whole lock at once: whoever saves for one of them has it to the end, or waits for us.
    PERFORM FROM customer c WHERE c.id IN
        (SELECT i.customer_id FROM handover_item i WHERE i.handover_id = made)
        ORDER BY c.id FOR UPDATE;
    SELECT count(*) FILTER (WHERE c.id IS NULL OR NOT c.owner_id = ANY (own)),
        count(*) FILTER (WHERE c.owner_id <> i.from_id)
    INTO foreign_ones, moved_since FROM handover_item i LEFT JOIN customer c ON c.id = i.customer_id
    WHERE i.handover_id = made;
    IF foreign_ones > 0 THEN
        RAISE EXCEPTION 'not all of these customers are yours to assign' USING ERRCODE = 'KH003';
    ELSIF moved_since > 0 THEN
        RAISE EXCEPTION 'some belong to somebody else by now'
            USING ERRCODE = 'KH004', DETAIL = 'handover_changed';
    END IF;
    IF EXISTS (SELECT FROM handover_item i LEFT JOIN operator o
        ON o.id = i.to_id AND o.active AND o.deleted_at IS NULL
        WHERE i.handover_id = made AND o.id IS NULL)
    THEN
        RAISE EXCEPTION 'not an active operator' USING ERRCODE = 'KH005', COLUMN = 'owner_id';
    END IF;
    UPDATE handover_item i SET number = c.number, name = c.name, open_orders = c.open_orders,
        outstanding = c.outstanding, elsewhere = c.elsewhere, deleted = c.deleted
    FROM handover_customers(NULL, ARRAY(SELECT o.customer_id FROM handover_item o
        WHERE o.handover_id = made)) c
    WHERE i.handover_id = made AND i.customer_id = c.id;
    UPDATE customer c SET owner_id = i.to_id FROM handover_item i
    WHERE i.handover_id = made AND c.id = i.customer_id;
    RETURN handover_document(made);
END $$;

-- Whoever may hand over sees the hand-overs they made, and those of people they see.
CREATE OR REPLACE FUNCTION may_see_handover(made_by integer, given_by integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT can('customer', 'assign') AND (made_by = me() OR given_by = ANY (visible_operators()))
$$;

CREATE OR REPLACE FUNCTION is_undoable(at timestamptz, undone_at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT undone_at IS NULL AND at > now() - interval '30 days'
$$;

-- The hand-overs one may see, the latest first.
CREATE OR REPLACE FUNCTION handovers() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.id DESC), '[]') FROM (
        SELECT h.id, h.at, by_whom.name AS by_name, giver.name AS from_name, h.reason, h.undone_at,
            undoer.name AS undone_by_name, is_undoable(h.at, h.undone_at) AS undoable, i.customers,
            i.receivers, i.returned
        FROM handover h JOIN operator by_whom ON by_whom.id = h.by_id
        LEFT JOIN operator giver ON giver.id = h.from_id
        LEFT JOIN operator undoer ON undoer.id = h.undone_by
        CROSS JOIN LATERAL (
            SELECT count(*) AS customers, count(*) FILTER (WHERE i.returned) AS returned,
                (SELECT jsonb_agg(o.name ORDER BY o.code) FROM operator o WHERE o.id IN
                    (SELECT r.to_id FROM handover_item r WHERE r.handover_id = h.id)) AS receivers
            FROM handover_item i WHERE i.handover_id = h.id) i
        WHERE may_see_handover(h.by_id, h.from_id) ORDER BY h.id DESC LIMIT 200) l
$$;

-- One hand-over with its customers. Others than who made it see those customers that they see now;
-- money, as everywhere, who may view orders.
CREATE OR REPLACE FUNCTION handover_document(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one handover;
    priced CONSTANT boolean := can('order', 'view');
BEGIN
    SELECT * INTO found_one FROM handover h
    WHERE h.id = asked_id AND may_see_handover(h.by_id, h.from_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such hand-over for you' USING ERRCODE = 'KH001';
    END IF;
    RETURN to_jsonb(found_one) - '{change_id,undo_change_id}'::text[] || jsonb_build_object(
        'by_name', (SELECT name FROM operator WHERE id = found_one.by_id),
        'from_name', (SELECT name FROM operator WHERE id = found_one.from_id),
        'undone_by_name', (SELECT name FROM operator WHERE id = found_one.undone_by),
        'undoable', is_undoable(found_one.at, found_one.undone_at),
        'currency', setting_text('currency', 'CNY'),
        'items', (SELECT coalesce(jsonb_agg(jsonb_build_object('customer_id', i.customer_id,
                'number', i.number, 'name', i.name, 'from_id', i.from_id, 'from_name', g.name,
                'to_id', i.to_id, 'to_name', r.name, 'to_code', r.code, 'returned', i.returned,
                'deleted', i.deleted)
                || CASE WHEN priced THEN jsonb_build_object('open_orders', i.open_orders,
                    'outstanding', i.outstanding, 'elsewhere', i.elsewhere)
                    ELSE '{}' END ORDER BY r.code, i.number), '[]')
            FROM handover_item i JOIN operator g ON g.id = i.from_id JOIN operator r ON r.id = i.to_id
            LEFT JOIN customer c ON c.id = i.customer_id
            WHERE i.handover_id = asked_id AND can('customer', 'view')
                AND (found_one.by_id = me() OR may_see(c.id, c.owner_id))));
END $$;

-- Brings back what still belongs to its receiver, deleted or not, unless it was merged since into one
-- that does not go back to the same giver; the document tells what did not come back.
CREATE OR REPLACE FUNCTION undo_handover(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one handover;
    own CONSTANT integer[] := operators_to_give();
BEGIN
    SELECT * INTO found_one FROM handover h
    WHERE h.id = asked_id AND may_see_handover(h.by_id, h.from_id) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such hand-over for you' USING ERRCODE = 'KH001';
    ELSIF NOT is_undoable(found_one.at, found_one.undone_at) THEN
        RAISE EXCEPTION 'it cannot be undone any more' USING ERRCODE = 'KH004',
            DETAIL = CASE WHEN found_one.undone_at IS NULL THEN 'handover_old'
                ELSE 'handover_undone' END;
    ELSIF fields_to_approve('{owner_id}') <> '{}' THEN
        RAISE EXCEPTION 'owners need approval'
            USING ERRCODE = 'KH004', DETAIL = 'handover_needs_approval';
    END IF;
    PERFORM set_config('kehu.reason', found_one.reason, true),
        set_config('kehu.via', 'hand-over undone', true);
    PERFORM FROM customer c WHERE c.id IN
        (SELECT i.customer_id FROM handover_item i WHERE i.handover_id = asked_id)
        ORDER BY c.id FOR UPDATE;
    UPDATE handover_item i SET returned = coalesce((SELECT c.owner_id = i.to_id
            AND (c.owner_id = ANY (own) OR found_one.by_id = me() AND i.from_id = ANY (own))
            AND NOT EXISTS (SELECT FROM customer_merge m WHERE m.dropped_id = c.id
                AND m.undone_at IS NULL AND m.at > found_one.at
                AND (m.kept_id, i.from_id) NOT IN (SELECT k.customer_id, k.from_id
                    FROM handover_item k WHERE k.handover_id = asked_id))
        FROM customer c WHERE c.id = i.customer_id), false)
    WHERE i.handover_id = asked_id;
    UPDATE customer c SET owner_id = i.from_id FROM handover_item i
    WHERE i.handover_id = asked_id AND c.id = i.customer_id AND i.returned;
    UPDATE handover h SET undone_at = now(), undone_by = me(), undo_change_id = current_change()
    WHERE h.id = asked_id;
    RETURN handover_document(asked_id);
END $$;
