-- Deliveries: an order leaves in parts, never more than was ordered, and its state follows.

-- As a column of the table: delivery.due. What should have left by now, or leaves today.
CREATE OR REPLACE FUNCTION due(asked delivery) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN asked.status NOT IN ('planned', 'picked') THEN NULL
        WHEN asked.planned_on < office_today() THEN 'overdue'
        WHEN asked.planned_on = office_today() THEN 'today' END
$$;

-- Keeps an order as it is until the end of the transaction.
CREATE OR REPLACE FUNCTION hold_order(asked_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM sales_order WHERE id = asked_id AND may_see(customer_id, owner_id)
    FOR NO KEY UPDATE;
END $$;

-- How much of an order's line is in deliveries that were not cancelled. An operator is told of what
-- they may see alone; who is not of this office looks after it.
CREATE OR REPLACE FUNCTION planned_quantity(asked_line integer, but_not integer DEFAULT 0)
RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(sum(l.quantity), 0)
        FROM delivery_line l JOIN delivery d ON d.id = l.delivery_id
        WHERE l.order_line_id = asked_line AND l.id <> but_not AND l.deleted_at IS NULL
            AND d.deleted_at IS NULL AND d.status <> 'cancelled'
            AND (may_see(l.customer_id, l.owner_id) OR NOT starts_with(session_user, '{p}.')));
END $$;

-- Who may not read the order reads no delivery of it.
CREATE OR REPLACE FUNCTION delivery_document(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    d CONSTANT delivery := readable_delivery(asked_id);
    o CONSTANT sales_order := readable_order(d.order_id);
BEGIN
    IF d.id IS NULL OR o.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN delivery_head(d) || jsonb_build_object(
        'order_number', o.number,
        'order_status', o.status,
        'salesperson', (SELECT name FROM operator WHERE id = o.salesperson_id),
        'changed_by_name', (SELECT name FROM operator WHERE id = d.changed_by),
        'picked_by_name', (SELECT name FROM operator WHERE id = d.picked_by),
        'shipped_by_name', (SELECT name FROM operator WHERE id = d.shipped_by),
        'received_by_name', (SELECT name FROM operator WHERE id = d.received_by),
        'cancelled_by_name', (SELECT name FROM operator WHERE id = d.cancelled_by),
        'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', l.id, 'position', l.position, 'order_line_id', l.order_line_id,
                'code', g.product_code, 'name', g.product_name,
                'specification', g.specification, 'unit', g.unit, 'ordered', g.quantity,
                'quantity', l.quantity, 'remarks', l.remarks) ORDER BY l.position, l.id), '[]')
            FROM delivery_line l JOIN order_line g ON g.id = l.order_line_id
            WHERE l.delivery_id = d.id AND (l.deleted_at IS NULL OR bin_on())
                AND (g.deleted_at IS NULL OR bin_on())));
END $$;

-- What may still be sent of an order, line by line.
CREATE OR REPLACE FUNCTION open_to_deliver(asked_order integer)
RETURNS TABLE (order_line_id integer, "position" integer, code text, name text,
    specification text, unit text, ordered numeric, planned numeric, shipped numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT g.id, g.position, g.product_code, g.product_name, g.specification, g.unit, g.quantity,
        coalesce(s.planned, 0), coalesce(s.shipped, 0)
    FROM order_line g LEFT JOIN (
        SELECT l.order_line_id AS id, sum(l.quantity) AS planned,
            sum(l.quantity) FILTER (WHERE d.status IN ('shipped', 'received')) AS shipped
        FROM delivery_line l JOIN delivery d ON d.id = l.delivery_id
        WHERE d.order_id = asked_order AND d.status <> 'cancelled' GROUP BY 1) s ON s.id = g.id
    WHERE g.order_id = asked_order AND g.quantity > 0 ORDER BY g.position, g.id
$$;

CREATE OR REPLACE FUNCTION prepare_delivery() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.status NOT IN ('planned', 'picked') AND (NEW.planned_on, NEW.address,
                NEW.contact_name, NEW.phone) IS DISTINCT FROM (OLD.planned_on, OLD.address,
                OLD.contact_name, OLD.phone)
            OR OLD.status = 'cancelled' AND (NEW.expected_on, NEW.courier, NEW.waybill,
                NEW.remarks) IS DISTINCT FROM (OLD.expected_on, OLD.courier, OLD.waybill,
                OLD.remarks)
        THEN
            RAISE EXCEPTION 'the delivery is %', OLD.status
                USING ERRCODE = 'KH004', DETAIL = OLD.status;
        END IF;
        RETURN NEW;
    END IF;
    PERFORM hold_order(NEW.order_id);
    SELECT customer_id, owner_id, status INTO parent FROM sales_order WHERE id = NEW.order_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such order for you' USING COLUMN = 'order_id',
            ERRCODE = CASE record_fate('sales_order', NEW.order_id)
                WHEN 'KH001' THEN 'KH001' ELSE 'KH003' END;
    ELSIF parent.status <> ALL (ready_states()) THEN
        RAISE EXCEPTION 'the order is %', parent.status
            USING ERRCODE = 'KH004', DETAIL = CASE WHEN parent.status = 'submitted'
                THEN 'not_approved' ELSE parent.status END;
    END IF;
    NEW.customer_id := parent.customer_id;
    NEW.owner_id := parent.owner_id;
    RETURN NEW;
END $$;

-- Of each line no more than was ordered, whoever plans it at the same time.
CREATE OR REPLACE FUNCTION prepare_delivery_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own CONSTANT text[] := '{owner_id,customer_id}';
    parent record;
    goods record;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - own = to_jsonb(OLD) - own THEN
        RETURN NEW;
    END IF;
    SELECT id, order_id, customer_id, owner_id, status, deleted_at INTO parent
    FROM delivery WHERE id = coalesce(NEW.delivery_id, OLD.delivery_id);
    IF NOT FOUND OR TG_OP = 'INSERT' AND parent.deleted_at IS NOT NULL THEN
        RAISE EXCEPTION 'no such delivery for you' USING ERRCODE = 'KH003';
    END IF;
    PERFORM hold_order(parent.order_id);
    IF parent.status NOT IN ('planned', 'picked') THEN
        RAISE EXCEPTION 'the delivery is %', parent.status
            USING ERRCODE = 'KH004', DETAIL = parent.status;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.customer_id := parent.customer_id;
    NEW.owner_id := parent.owner_id;
    SELECT order_id, product_code, quantity INTO goods FROM order_line
    WHERE id = NEW.order_line_id AND deleted_at IS NULL;
    IF NOT FOUND OR goods.order_id <> parent.order_id THEN
        RAISE EXCEPTION 'the line is another order''s'
            USING ERRCODE = 'KH005', COLUMN = 'order_line_id';
    ELSIF NEW.deleted_at IS NULL AND NEW.quantity
        + planned_quantity(NEW.order_line_id, coalesce(NEW.id, 0)) > goods.quantity
    THEN
        RAISE EXCEPTION 'more than was ordered'
            USING ERRCODE = 'KH005', COLUMN = 'delivery', DETAIL = goods.product_code;
    END IF;
    RETURN NEW;
END $$;

-- The state of an order as far as goods have left for it.
CREATE OR REPLACE FUNCTION state_by_deliveries(asked_order integer) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN coalesce(sum(s.shipped), 0) = 0
            THEN CASE WHEN o.approved_at IS NULL THEN 'submitted' ELSE 'approved' END
        WHEN bool_and(coalesce(s.shipped, 0) >= g.quantity) THEN 'shipped'
        ELSE 'partly_shipped' END
    FROM sales_order o
    LEFT JOIN order_line g ON g.order_id = o.id AND g.quantity > 0 AND g.deleted_at IS NULL
    LEFT JOIN LATERAL (SELECT sum(l.quantity) AS shipped
        FROM delivery_line l JOIN delivery d ON d.id = l.delivery_id
        WHERE l.order_line_id = g.id AND l.deleted_at IS NULL AND d.deleted_at IS NULL
            AND d.status IN ('shipped', 'received')) s ON true
    WHERE o.id = asked_order GROUP BY o.id
$$;

CREATE OR REPLACE FUNCTION follow_deliveries(asked_order integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE sales_order SET status = state_by_deliveries(id)
    WHERE id = asked_order AND status IN ('submitted', 'approved', 'partly_shipped', 'shipped')
        AND status <> state_by_deliveries(id)
$$;

-- The rules for all lines are those for their delivery, so it is asked once for all of them.
CREATE OR REPLACE FUNCTION save_delivery_lines(document integer, lines jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    fresh boolean;
BEGIN
    PERFORM hold_order((SELECT order_id FROM delivery WHERE id = document));
    SELECT created_at = now() AND created_by = me() INTO fresh
    FROM delivery WHERE id = document AND deleted_at IS NULL
        AND (may_see(customer_id, owner_id) OR of_the_server()) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such delivery for you' USING ERRCODE = 'KH003';
    ELSIF NOT (can('delivery', 'view') AND can('order', 'view')
            AND (can('delivery', 'edit') OR fresh AND can('delivery', 'create'))
        OR of_the_server())
    THEN
        RAISE EXCEPTION 'you may not change this' USING ERRCODE = '42501';
    END IF;
    DELETE FROM delivery_line l WHERE l.delivery_id = document
        AND l.id NOT IN (SELECT (e ->> 'id')::integer FROM jsonb_array_elements(lines) e
                         WHERE e ->> 'id' IS NOT NULL);
    UPDATE delivery_line l SET position = g.position, quantity = g.quantity, remarks = g.remarks
    FROM jsonb_to_recordset(lines) AS g (id integer, position integer, quantity numeric,
        remarks text)
    WHERE l.delivery_id = document AND l.id = g.id
        AND (l.position, l.quantity, l.remarks)
            IS DISTINCT FROM (g.position, g.quantity, g.remarks::varchar);
    INSERT INTO delivery_line (delivery_id, order_line_id, position, quantity, remarks)
    SELECT document, g.order_line_id, g.position, g.quantity, g.remarks
    FROM jsonb_to_recordset(lines) AS g (id integer, order_line_id integer, position integer,
        quantity numeric, remarks text)
    WHERE g.id IS NULL
        OR NOT EXISTS (SELECT FROM delivery_line l WHERE l.delivery_id = document AND l.id = g.id)
    ORDER BY g.position;
END $$;

CREATE OR REPLACE FUNCTION save_delivery(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given delivery := jsonb_populate_record(NULL::delivery, doc - 'lines' - 'customer');
BEGIN
    IF given.id IS NULL THEN
        INSERT INTO delivery (order_id, planned_on, expected_on, courier, waybill, address,
            contact_name, phone, remarks)
        VALUES (given.order_id, coalesce(given.planned_on, office_today()), given.expected_on,
            given.courier, given.waybill, given.address, given.contact_name, given.phone,
            given.remarks)
        RETURNING id INTO given.id;
    ELSE
        PERFORM update_delivery(given, loaded_version);
    END IF;
    PERFORM save_delivery_lines(given.id, coalesce(doc -> 'lines', '[]'));
    RETURN delivery_document(given.id);
END $$;

-- planned → picked → shipped → received; a step may be left out, never taken back.
CREATE OR REPLACE FUNCTION advance_delivery(asked_id integer, loaded_version integer, step text,
    day date DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored delivery := begin_delivery_step(asked_id, loaded_version, 'submit',
        CASE step WHEN 'picked' THEN '{planned}'::text[] WHEN 'shipped' THEN '{planned,picked}'
            WHEN 'received' THEN '{shipped}' ELSE '{}' END);
    now_ready text;
BEGIN
    IF NOT EXISTS (SELECT FROM delivery_line WHERE delivery_id = asked_id AND deleted_at IS NULL)
    THEN
        RAISE EXCEPTION 'a line is needed' USING ERRCODE = 'KH005', COLUMN = 'delivery_lines';
    END IF;
    SELECT status INTO now_ready FROM sales_order WHERE id = stored.order_id;
    IF step <> 'received' AND now_ready <> ALL (ready_states()) THEN
        RAISE EXCEPTION 'the order is %', now_ready USING ERRCODE = 'KH004',
            DETAIL = CASE WHEN now_ready = 'submitted' THEN 'not_approved' ELSE now_ready END;
    END IF;
    UPDATE delivery SET status = step,
        number_source = 'rule',
        number = coalesce(number, next_number('delivery', asked_id)),
        picked_by = CASE step WHEN 'picked' THEN me() ELSE picked_by END,
        picked_at = CASE step WHEN 'picked' THEN now() ELSE picked_at END,
        shipped_by = CASE step WHEN 'shipped' THEN me() ELSE shipped_by END,
        shipped_at = CASE step WHEN 'shipped' THEN now() ELSE shipped_at END,
        shipped_on = CASE step WHEN 'shipped' THEN coalesce(day, office_today())
            ELSE shipped_on END,
        received_by = CASE step WHEN 'received' THEN me() ELSE received_by END,
        received_at = CASE step WHEN 'received' THEN now() ELSE received_at END
    WHERE id = asked_id;
    PERFORM follow_deliveries(stored.order_id);
    RETURN delivery_document(asked_id);
END $$;

-- The goods stayed, or came back: the number stays listed with the reason.
CREATE OR REPLACE FUNCTION cancel_delivery(asked_id integer, loaded_version integer, why text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored delivery;
BEGIN
    PERFORM check_reason(why, 'cancel_reason');
    stored := begin_delivery_step(asked_id, loaded_version, 'submit', '{picked,shipped}');
    IF EXISTS (SELECT FROM sales_order WHERE id = stored.order_id AND status = 'completed') THEN
        RAISE EXCEPTION 'the order is completed' USING ERRCODE = 'KH004', DETAIL = 'completed';
    END IF;
    UPDATE delivery SET status = 'cancelled', cancelled_by = me(), cancelled_at = now(),
        cancel_reason = left(trim(why), 200)
    WHERE id = asked_id;
    PERFORM follow_deliveries(stored.order_id);
    RETURN delivery_document(asked_id);
END $$;
