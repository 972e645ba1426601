-- Sales orders: one call saves a whole one and answers with what is stored. What all documents and
-- their lines have in common stands in 35_document.sql and 36_lines.sql.
-- SQLSTATEs of our own: KH001 gone, KH002 changed (DETAIL: the stored document), KH003 not yours,
-- KH004 wrong state, KH005 refused by a rule (COLUMN names the field), KH006 in use.

-- Names stay on a document when what bears them is deleted.
CREATE OR REPLACE FUNCTION order_document(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    o CONSTANT sales_order := readable_order(asked_id);
BEGIN
    IF o.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT order_head(o) || jsonb_build_object(
        'channel', (SELECT name FROM sales_channel WHERE id = o.channel_id),
        'payment_method', (SELECT name FROM payment_method WHERE id = o.payment_method_id),
        'salesperson', (SELECT name FROM operator WHERE id = o.salesperson_id),
        'customer_region', (SELECT name FROM region WHERE id = o.customer_region_id),
        'salesperson_region', (SELECT name FROM region WHERE id = o.salesperson_region_id),
        'submitted_by_name', (SELECT name FROM operator WHERE id = o.submitted_by),
        'approved_by_name', (SELECT name FROM operator WHERE id = o.approved_by),
        'completed_by_name', (SELECT name FROM operator WHERE id = o.completed_by),
        'cancelled_by_name', (SELECT name FROM operator WHERE id = o.cancelled_by),
        'net_total', o.total - o.tax_total,
        'quote_id', q.id,
        'quote_number', q.number,
        'lines', order_line_list(asked_id))
    FROM (SELECT) one LEFT JOIN LATERAL (
        SELECT id, number FROM quote
        WHERE order_id = asked_id AND deleted_at IS NULL
            AND may_read('quote', customer_id, owner_id, deleted_at) LIMIT 1) q ON true);
END $$;

-- A document names a person of its own customer. One who is deleted later stays on it.
CREATE OR REPLACE FUNCTION check_contact() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- The question stands alone: it is planned anew for each role that runs this.
    IF NEW.contact_id IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.contact_id IS DISTINCT FROM OLD.contact_id
            OR NEW.customer_id <> OLD.customer_id)
    THEN
        PERFORM FROM contact WHERE id = NEW.contact_id AND customer_id = NEW.customer_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the contact belongs to another customer'
                USING ERRCODE = 'KH005', COLUMN = 'contact_id';
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Regions are those of the day of the sale; what is not agreed is due after the office's usual days.
-- Whether the writer may read the customer, `take_owner` has asked before.
CREATE OR REPLACE FUNCTION prepare_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.currency = '' THEN
        NEW.currency := setting_text('currency', 'CNY');
    END IF;
    IF TG_OP = 'INSERT' OR NEW.customer_id <> OLD.customer_id
        AND NOT is_merging(OLD.customer_id, NEW.customer_id)
    THEN
        NEW.customer_region_id := (SELECT region_id FROM customer WHERE id = NEW.customer_id);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.salesperson_id <> OLD.salesperson_id THEN
        NEW.salesperson_region_id := (SELECT region_id FROM operator WHERE id = NEW.salesperson_id);
    END IF;
    IF NEW.due_date IS NULL AND (TG_OP = 'INSERT' OR OLD.due_date IS NOT NULL) THEN
        -- A day no order can have is refused as the order's, not as this one.
        NEW.due_date := greatest(DATE '1900-01-01', least(DATE '2200-12-31',
            NEW.order_date + setting_number('payment_days', 30)));
    END IF;
    RETURN NEW;
END $$;

-- What an order says changes only until it is sent out, its customer only in a draft. Whatever
-- changes after the approval voids it.
CREATE OR REPLACE FUNCTION guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed CONSTANT boolean :=
        (NEW.contact_id, NEW.phone, NEW.order_date, NEW.channel_id, NEW.payment_method_id,
            NEW.delivery_date, NEW.delivery_address, NEW.due_date, NEW.salesperson_id,
            NEW.currency, NEW.whole_discount, NEW.wipe_off, NEW.remarks)
        IS DISTINCT FROM
        (OLD.contact_id, OLD.phone, OLD.order_date, OLD.channel_id, OLD.payment_method_id,
            OLD.delivery_date, OLD.delivery_address, OLD.due_date, OLD.salesperson_id,
            OLD.currency, OLD.whole_discount, OLD.wipe_off, OLD.remarks);
BEGIN
    IF OLD.status <> 'draft' AND NEW.customer_id <> OLD.customer_id
            AND NOT is_merging(OLD.customer_id, NEW.customer_id)
        OR changed AND OLD.status NOT IN ('draft', 'submitted', 'approved')
    THEN
        RAISE EXCEPTION 'the order is %', OLD.status USING ERRCODE = 'KH004', DETAIL = OLD.status;
    ELSIF OLD.received <> 0 AND NEW.currency <> OLD.currency THEN
        RAISE EXCEPTION 'money was received' USING ERRCODE = 'KH004', DETAIL = 'paid';
    ELSIF NEW.received <> 0 AND NEW.received > NEW.total THEN
        RAISE EXCEPTION 'more was received than this'
            USING ERRCODE = 'KH005', COLUMN = 'received', DETAIL = NEW.received::text;
    ELSIF changed AND OLD.status = 'approved' AND NEW.status = 'approved' THEN
        NEW.status := 'submitted';
        NEW.approved_by := NULL;
        NEW.approved_at := NULL;
        NEW.approved_amount := NULL;
    END IF;
    RETURN NEW;
END $$;

-- What is to be sent out already cannot be taken from the order.
CREATE OR REPLACE FUNCTION guard_delivered() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    planned numeric;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.quantity >= OLD.quantity AND NEW.product_id = OLD.product_id THEN
        RETURN NEW;
    END IF;
    planned := planned_quantity(OLD.id);
    IF planned > 0 AND (TG_OP = 'DELETE' OR NEW.product_id <> OLD.product_id
        OR planned > NEW.quantity)
    THEN
        RAISE EXCEPTION 'a delivery needs this line'
            USING ERRCODE = 'KH005', COLUMN = 'delivered', DETAIL = OLD.product_code;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE OR REPLACE FUNCTION save_order(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given sales_order := jsonb_populate_record(NULL::sales_order, doc - 'lines' - 'customer');
BEGIN
    given.currency := coalesce(given.currency, '');
    given.whole_discount := coalesce(given.whole_discount, 0);
    given.wipe_off := coalesce(given.wipe_off, 0);
    IF given.id IS NULL THEN
        INSERT INTO sales_order (customer_id, contact_id, phone, order_date, channel_id,
            payment_method_id, delivery_date, delivery_address, due_date, salesperson_id, currency,
            whole_discount, wipe_off, remarks)
        VALUES (given.customer_id, given.contact_id, given.phone,
            coalesce(given.order_date, office_today()), given.channel_id, given.payment_method_id,
            given.delivery_date, given.delivery_address, given.due_date,
            coalesce(given.salesperson_id, me()), given.currency, given.whole_discount,
            given.wipe_off, given.remarks)
        RETURNING id INTO given.id;
    ELSE
        PERFORM update_order(given, loaded_version);
    END IF;
    PERFORM save_order_lines(given.id, coalesce(doc -> 'lines', '[]'));
    SET CONSTRAINTS keep_worth IMMEDIATE;
    SET CONSTRAINTS keep_worth DEFERRED;
    RETURN order_document(given.id);
END $$;

-- What was handed out keeps a line, and is not below nothing. Lines are replaced one after the other,
-- so it is asked when they all are.
CREATE OR REPLACE FUNCTION keep_worth() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sum numeric;
BEGIN
    IF NOT EXISTS (SELECT FROM order_line WHERE order_id = NEW.id AND deleted_at IS NULL) THEN
        RAISE EXCEPTION 'a line is needed' USING ERRCODE = 'KH005', COLUMN = 'lines';
    END IF;
    SELECT total INTO sum FROM sales_order WHERE id = NEW.id;
    IF sum < 0 THEN
        RAISE EXCEPTION 'the total is below nothing'
            USING ERRCODE = 'KH005', COLUMN = 'total', DETAIL = sum::text;
    END IF;
    RETURN NULL;
END $$;

-- What keeps the lines of a document from being handed out: none, a product no longer sold, or
-- a sum below nothing.
CREATE OR REPLACE FUNCTION check_handed_out(lines jsonb, total numeric) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unsold text;
BEGIN
    IF jsonb_array_length(lines) = 0 THEN
        RAISE EXCEPTION 'a line is needed' USING ERRCODE = 'KH005', COLUMN = 'lines';
    ELSIF total < 0 THEN
        RAISE EXCEPTION 'the total is below nothing'
            USING ERRCODE = 'KH005', COLUMN = 'total', DETAIL = total::text;
    END IF;
    SELECT p.code INTO unsold FROM jsonb_array_elements(lines) l
    JOIN product p ON p.id = (l ->> 'product_id')::integer
    WHERE NOT p.active OR p.deleted_at IS NOT NULL LIMIT 1;
    IF unsold IS NOT NULL THEN
        RAISE EXCEPTION 'a product is not sold any more'
            USING ERRCODE = 'KH005', COLUMN = 'product_id', DETAIL = unsold;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION submit_order(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored sales_order := begin_order_step(asked_id, loaded_version, 'submit', '{draft}');
BEGIN
    PERFORM check_handed_out(order_line_list(asked_id), stored.total);
    UPDATE sales_order SET status = 'submitted', number_source = 'rule', submitted_by = me(),
        submitted_at = now(), number = next_number('order', asked_id),
        customer_region_id = (SELECT region_id FROM customer WHERE id = stored.customer_id),
        salesperson_region_id = (SELECT region_id FROM operator WHERE id = stored.salesperson_id)
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;

-- Who approved, when, and how much: any later change of the order takes it back.
CREATE OR REPLACE FUNCTION approve_order(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM begin_order_step(asked_id, loaded_version, 'approve', '{submitted}');
    UPDATE sales_order SET status = 'approved', approved_by = me(), approved_at = now(),
        approved_amount = total
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;

-- The states from which goods may leave.
CREATE OR REPLACE FUNCTION ready_states() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE setting_text('orders_need_approval', 'false') WHEN 'true' THEN '{}'::text[]
        ELSE '{submitted}'::text[] END || '{approved,partly_shipped,shipped}'::text[]
$$;

-- Nothing more is to be sent: all was, or the customer goes without the rest.
CREATE OR REPLACE FUNCTION complete_order(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM begin_order_step(asked_id, loaded_version, 'submit', ready_states());
    IF EXISTS (SELECT FROM delivery WHERE order_id = asked_id AND deleted_at IS NULL
        AND status IN ('planned', 'picked'))
    THEN
        RAISE EXCEPTION 'a delivery is on its way' USING ERRCODE = 'KH004', DETAIL = 'delivering';
    END IF;
    UPDATE sales_order SET status = 'completed', completed_by = me(), completed_at = now()
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;

CREATE OR REPLACE FUNCTION reopen_order(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM begin_order_step(asked_id, loaded_version, 'approve', '{completed}');
    UPDATE sales_order SET status = state_by_deliveries(asked_id), completed_by = NULL,
        completed_at = NULL
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;

-- The number stays listed with the reason. Money and goods have to be taken back first.
CREATE OR REPLACE FUNCTION cancel_order(asked_id integer, loaded_version integer, why text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored sales_order;
BEGIN
    PERFORM check_reason(why, 'cancel_reason');
    stored := begin_order_step(asked_id, loaded_version, 'submit', '{submitted,approved}');
    IF stored.received <> 0 THEN
        RAISE EXCEPTION 'money was received' USING ERRCODE = 'KH004', DETAIL = 'paid';
    ELSIF EXISTS (SELECT FROM delivery WHERE order_id = asked_id AND deleted_at IS NULL
        AND status <> 'cancelled')
    THEN
        RAISE EXCEPTION 'there are deliveries' USING ERRCODE = 'KH004', DETAIL = 'delivering';
    END IF;
    UPDATE sales_order SET status = 'cancelled', cancelled_by = me(), cancelled_at = now(),
        cancel_reason = left(trim(why), 200), approved_by = NULL, approved_at = NULL,
        approved_amount = NULL
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;

CREATE OR REPLACE FUNCTION check_reason(why text, field text) RETURNS void
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(trim(why), '') = '' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'KH005', COLUMN = field;
    END IF;
END $$;

-- What a customer owes and has paid ahead, in the office's currency, as far as one sees them.
CREATE OR REPLACE FUNCTION customer_balance(asked_customer integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'currency', setting_text('currency', 'CNY'),
        'credit_limit', (SELECT credit_limit FROM customer WHERE id = asked_customer),
        'outstanding', (SELECT coalesce(sum(outstanding), 0) FROM sales_order
            WHERE customer_id = asked_customer AND owed AND deleted_at IS NULL
                AND currency = setting_text('currency', 'CNY')),
        'advance', (SELECT coalesce(sum(advance), 0) FROM receipt
            WHERE customer_id = asked_customer AND advance <> 0 AND deleted_at IS NULL
                AND currency = setting_text('currency', 'CNY')))
$$;
