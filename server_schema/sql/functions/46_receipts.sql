-- Receipts: money is posted once, for orders or ahead of them, and what is wrong is taken back by a
-- red entry. Whoever comes second for the same order waits for it, and is refused what is not left.

-- As a column of the table: receipt.state. A red entry is posted like any other, but takes back.
CREATE OR REPLACE FUNCTION state(asked receipt) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN asked.reverses_id IS NOT NULL THEN 'red' ELSE asked.status END
$$;

CREATE OR REPLACE FUNCTION receipt_document(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_orders CONSTANT boolean := can('order', 'view') OR of_the_server();
    r CONSTANT receipt := readable_receipt(asked_id);
BEGIN
    IF r.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN receipt_head(r) || jsonb_build_object(
        'state', state(r),
        'payment_method', (SELECT name FROM payment_method WHERE id = r.payment_method_id),
        'handler', (SELECT name FROM operator WHERE id = r.handler_id),
        'posted_by_name', (SELECT name FROM operator WHERE id = r.posted_by),
        'voided_by_name', (SELECT name FROM operator WHERE id = r.voided_by),
        'reverses_number', (SELECT number FROM receipt WHERE id = r.reverses_id),
        'reversed_by_id', (SELECT id FROM receipt WHERE reverses_id = r.id),
        'reversed_by_number', (SELECT number FROM receipt WHERE reverses_id = r.id),
        'allocations', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                'id', a.id, 'order_id', a.order_id, 'order_number', o.number,
                'order_date', o.order_date, 'due_date', o.due_date, 'order_total', o.total,
                'order_outstanding', o.outstanding, 'amount', a.amount,
                'allocated_on', a.allocated_on) ORDER BY o.order_date, o.id, a.id), '[]')
            FROM receipt_allocation a JOIN sales_order o ON o.id = a.order_id
            WHERE a.receipt_id = r.id AND of_orders AND (a.deleted_at IS NULL OR bin_on())
                AND (o.deleted_at IS NULL OR bin_on())));
END $$;

CREATE OR REPLACE FUNCTION prepare_receipt() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.currency = '' THEN
        NEW.currency := setting_text('currency', 'CNY');
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status <> 'draft' THEN
        IF (NEW.customer_id, NEW.payer, NEW.payment_method_id, NEW.receipt_date, NEW.handler_id,
                NEW.currency, NEW.amount, NEW.reference, NEW.remarks)
            IS DISTINCT FROM
            (OLD.customer_id, OLD.payer, OLD.payment_method_id, OLD.receipt_date, OLD.handler_id,
                OLD.currency, OLD.amount, OLD.reference, OLD.remarks)
            AND NOT is_merging(OLD.customer_id, NEW.customer_id)
        THEN
            RAISE EXCEPTION 'the receipt is %', OLD.status
                USING ERRCODE = 'KH004', DETAIL = OLD.status;
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- A part of a receipt is for an order of the same customer. Of a posted receipt only functions
-- write more.
CREATE OR REPLACE FUNCTION prepare_allocation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own CONSTANT text[] := '{owner_id,customer_id}';
    parent record;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - own = to_jsonb(OLD) - own THEN
        RETURN NEW;
    END IF;
    SELECT customer_id, owner_id, status, receipt_date, currency INTO parent
    FROM receipt WHERE id = coalesce(NEW.receipt_id, OLD.receipt_id) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such receipt for you' USING ERRCODE = 'KH003';
    ELSIF parent.status <> 'draft' AND current_user = session_user THEN
        RAISE EXCEPTION 'the receipt is %', parent.status
            USING ERRCODE = 'KH004', DETAIL = parent.status;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.customer_id := parent.customer_id;
    NEW.owner_id := parent.owner_id;
    NEW.allocated_on := coalesce(NEW.allocated_on, parent.receipt_date);
    IF NOT EXISTS (SELECT FROM sales_order WHERE id = NEW.order_id
        AND customer_id = parent.customer_id AND currency = parent.currency
        AND (deleted_at IS NULL OR TG_OP = 'UPDATE'))
    THEN
        RAISE EXCEPTION 'the order is not this customer''s'
            USING ERRCODE = 'KH005', COLUMN = 'order_id';
    END IF;
    RETURN NEW;
END $$;

-- The rules for all parts are those for their receipt, so it is asked once for all of them.
CREATE OR REPLACE FUNCTION save_receipt_allocations(document integer, parts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored record;
BEGIN
    SELECT status, created_at = now() AND created_by = me() AS fresh INTO stored
    FROM receipt WHERE id = document AND deleted_at IS NULL
        AND (may_see(customer_id, owner_id) OR of_the_server()) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such receipt for you' USING ERRCODE = 'KH003';
    ELSIF NOT (can('receipt', 'view')
            AND (can('receipt', 'edit') OR stored.fresh AND can('receipt', 'create'))
        OR of_the_server())
    THEN
        RAISE EXCEPTION 'you may not change this' USING ERRCODE = '42501';
    ELSIF stored.status <> 'draft' THEN
        RAISE EXCEPTION 'the receipt is %', stored.status
            USING ERRCODE = 'KH004', DETAIL = stored.status;
    ELSIF parts <> '[]' AND NOT (can('order', 'view') OR of_the_server()) THEN
        RAISE EXCEPTION 'the order is not this customer''s'
            USING ERRCODE = 'KH005', COLUMN = 'order_id';
    END IF;
    IF EXISTS (SELECT FROM receipt_allocation a WHERE a.receipt_id = document) THEN
        DELETE FROM receipt_allocation a WHERE a.receipt_id = document
            AND a.order_id NOT IN (SELECT (e ->> 'order_id')::integer
                                   FROM jsonb_array_elements(parts) e
                                   WHERE (e ->> 'amount')::numeric <> 0);
        UPDATE receipt_allocation a SET amount = g.amount
        FROM jsonb_to_recordset(parts) AS g (order_id integer, amount numeric)
        WHERE a.receipt_id = document AND a.order_id = g.order_id AND a.amount <> g.amount
            AND g.amount <> 0;
    END IF;
    INSERT INTO receipt_allocation (receipt_id, order_id, amount)
    SELECT document, g.order_id, g.amount
    FROM jsonb_to_recordset(parts) AS g (order_id integer, amount numeric)
    WHERE g.amount <> 0 AND NOT EXISTS (SELECT FROM receipt_allocation a
        WHERE a.receipt_id = document AND a.order_id = g.order_id);
END $$;

CREATE OR REPLACE FUNCTION save_receipt(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given receipt := jsonb_populate_record(NULL::receipt, doc - 'allocations' - 'customer');
BEGIN
    given.currency := coalesce(given.currency, '');
    given.amount := coalesce(given.amount, 0);
    IF given.id IS NULL THEN
        INSERT INTO receipt (customer_id, payer, payment_method_id, receipt_date, handler_id,
            currency, amount, reference, remarks)
        VALUES (given.customer_id, given.payer, given.payment_method_id,
            coalesce(given.receipt_date, office_today()), coalesce(given.handler_id, me()),
            given.currency, given.amount, given.reference, given.remarks)
        RETURNING id INTO given.id;
    ELSE
        PERFORM update_receipt(given, loaded_version);
    END IF;
    PERFORM save_receipt_allocations(given.id, coalesce(doc -> 'allocations', '[]'));
    RETURN receipt_document(given.id);
END $$;

-- Adds parts of a receipt to what was received for their orders, which it locks in the order of
-- their ids. Refuses more than is outstanding.
CREATE OR REPLACE FUNCTION receive_parts(asked_receipt integer, parts integer[]) RETURNS numeric
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    too_much text;
    added numeric;
BEGIN
    PERFORM FROM sales_order WHERE id IN (
        SELECT order_id FROM receipt_allocation WHERE id = ANY (parts))
    ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM receipt_allocation a JOIN receipt r ON r.id = a.receipt_id
        JOIN sales_order o ON o.id = a.order_id
        WHERE a.id = ANY (parts)
            AND (o.customer_id <> r.customer_id OR o.currency <> r.currency))
    THEN
        RAISE EXCEPTION 'the order is not this customer''s'
            USING ERRCODE = 'KH005', COLUMN = 'order_id';
    END IF;
    SELECT coalesce(o.number, '–') INTO too_much
    FROM (SELECT order_id, sum(amount) AS amount FROM receipt_allocation
          WHERE id = ANY (parts) GROUP BY order_id) a
    JOIN sales_order o ON o.id = a.order_id
    WHERE a.amount > o.outstanding OR a.amount < 0 OR o.deleted_at IS NOT NULL
    ORDER BY o.id LIMIT 1;
    IF too_much IS NOT NULL THEN
        RAISE EXCEPTION 'more than is outstanding'
            USING ERRCODE = 'KH005', COLUMN = 'allocations', DETAIL = too_much;
    END IF;
    UPDATE sales_order o SET received = o.received + a.amount
    FROM (SELECT order_id, sum(amount) AS amount FROM receipt_allocation
          WHERE id = ANY (parts) GROUP BY order_id) a
    WHERE o.id = a.order_id;
    SELECT coalesce(sum(amount), 0) INTO added FROM receipt_allocation WHERE id = ANY (parts);
    RETURN added;
END $$;

CREATE OR REPLACE FUNCTION post_receipt(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored receipt := begin_receipt_step(asked_id, loaded_version, 'submit', '{draft}');
    added numeric;
BEGIN
    IF stored.amount <= 0 THEN
        RAISE EXCEPTION 'no money' USING ERRCODE = 'KH005', COLUMN = 'amount';
    ELSIF (SELECT coalesce(sum(amount), 0) FROM receipt_allocation WHERE receipt_id = asked_id)
        > stored.amount
    THEN
        RAISE EXCEPTION 'more is handed out than came in'
            USING ERRCODE = 'KH005', COLUMN = 'allocated', DETAIL = stored.amount::text;
    END IF;
    added := receive_parts(asked_id,
        ARRAY(SELECT id FROM receipt_allocation WHERE receipt_id = asked_id));
    UPDATE receipt SET status = 'posted', number_source = 'rule', allocated = added,
        posted_by = me(), posted_at = now(), number = next_number('receipt', asked_id)
    WHERE id = asked_id;
    RETURN receipt_document(asked_id);
END $$;

-- What was paid ahead, for orders that came later. parts: [{"order_id", "amount"}].
CREATE OR REPLACE FUNCTION allocate_advance(asked_id integer, loaded_version integer, parts jsonb)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored receipt := begin_receipt_step(asked_id, loaded_version, 'submit', '{posted}');
    new_parts integer[];
    added numeric;
BEGIN
    IF NOT (can('order', 'view') OR of_the_server()) THEN
        RAISE EXCEPTION 'the order is not this customer''s'
            USING ERRCODE = 'KH005', COLUMN = 'order_id';
    ELSIF EXISTS (SELECT FROM jsonb_to_recordset(parts) AS g (order_id integer, amount numeric)
        WHERE g.amount IS NULL OR g.amount <= 0)
    THEN
        RAISE EXCEPTION 'no money' USING ERRCODE = 'KH005', COLUMN = 'amount';
    END IF;
    WITH made AS (
        INSERT INTO receipt_allocation (receipt_id, order_id, amount, allocated_on)
        SELECT asked_id, g.order_id, g.amount, greatest(office_today(), stored.receipt_date)
        FROM jsonb_to_recordset(parts) AS g (order_id integer, amount numeric)
        RETURNING id)
    SELECT coalesce(array_agg(id), '{}') INTO new_parts FROM made;
    IF (SELECT coalesce(sum(amount), 0) FROM receipt_allocation WHERE id = ANY (new_parts))
        > stored.advance
    THEN
        RAISE EXCEPTION 'more is handed out than came in'
            USING ERRCODE = 'KH005', COLUMN = 'allocated', DETAIL = stored.advance::text;
    END IF;
    added := receive_parts(asked_id, new_parts);
    UPDATE receipt SET allocated = allocated + added WHERE id = asked_id;
    RETURN receipt_document(asked_id);
END $$;

-- The receipt stays as it was; a red entry of today takes its money and its parts back.
CREATE OR REPLACE FUNCTION void_receipt(asked_id integer, loaded_version integer, why text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored receipt;
    red integer;
BEGIN
    PERFORM check_reason(why, 'void_reason');
    stored := begin_receipt_step(asked_id, loaded_version, 'delete', '{posted}');
    IF stored.reverses_id IS NOT NULL THEN
        RAISE EXCEPTION 'it is a red entry itself' USING ERRCODE = 'KH004', DETAIL = 'red';
    END IF;
    PERFORM FROM sales_order WHERE id IN (
        SELECT order_id FROM receipt_allocation WHERE receipt_id = asked_id)
    ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO receipt (customer_id, payer, payment_method_id, receipt_date, handler_id, currency,
        amount, reference, remarks, reverses_id)
    VALUES (stored.customer_id, stored.payer, stored.payment_method_id,
        greatest(office_today(), stored.receipt_date), me(), stored.currency, -stored.amount,
        stored.reference, left(trim(why), 200), asked_id)
    RETURNING id INTO red;
    INSERT INTO receipt_allocation (receipt_id, order_id, amount, allocated_on)
    SELECT red, order_id, -sum(amount), greatest(office_today(), stored.receipt_date)
    FROM receipt_allocation WHERE receipt_id = asked_id GROUP BY order_id;
    UPDATE sales_order o SET received = o.received - a.amount
    FROM (SELECT order_id, sum(amount) AS amount FROM receipt_allocation
          WHERE receipt_id = asked_id GROUP BY order_id) a
    WHERE o.id = a.order_id;
    UPDATE receipt SET status = 'voided', voided_by = me(), voided_at = now(),
        void_reason = left(trim(why), 200)
    WHERE id = asked_id;
    UPDATE receipt SET status = 'posted', number_source = 'rule', allocated = -stored.allocated,
        posted_by = me(), posted_at = now(), number = next_number('receipt', red)
    WHERE id = red;
    RETURN receipt_document(asked_id);
END $$;
