-- Sales orders: one call saves a whole one and answers with what is stored.
-- SQLSTATEs of our own: KH001 gone, KH002 changed (DETAIL: the stored document), KH003 not yours,
-- KH004 wrong state, KH005 refused by a rule (COLUMN names the field), KH006 in use.

CREATE OR REPLACE FUNCTION order_document(asked_id integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT to_jsonb(o) - '{deletion_id,lines_version}'::text[] || jsonb_build_object(
        'customer', (SELECT jsonb_build_object('id', c.id, 'number', c.number, 'name', c.name,
                'short_name', c.short_name, 'address', c.address, 'phone', c.phone,
                'credit_limit', c.credit_limit, 'owner_id', c.owner_id,
                'grade', (SELECT g.name FROM customer_grade g WHERE g.id = c.grade_id),
                'region', (SELECT r.name FROM region r WHERE r.id = c.region_id))
            FROM customer c WHERE c.id = o.customer_id),
        'contact_name', (SELECT name FROM contact WHERE id = o.contact_id),
        'channel', (SELECT name FROM sales_channel WHERE id = o.channel_id),
        'payment_method', (SELECT name FROM payment_method WHERE id = o.payment_method_id),
        'salesperson', (SELECT name FROM operator WHERE id = o.salesperson_id),
        'customer_region', (SELECT name FROM region WHERE id = o.customer_region_id),
        'salesperson_region', (SELECT name FROM region WHERE id = o.salesperson_region_id),
        'created_by_name', (SELECT name FROM operator WHERE id = o.created_by),
        'submitted_by_name', (SELECT name FROM operator WHERE id = o.submitted_by),
        'cancelled_by_name', (SELECT name FROM operator WHERE id = o.cancelled_by),
        'net_total', o.total - o.tax_total,
        'lines', coalesce((SELECT jsonb_agg(jsonb_build_object(
                'id', l.id, 'position', l.position, 'product_id', l.product_id,
                'code', l.product_code, 'name', l.product_name, 'specification', l.specification,
                'unit', l.unit, 'quantity', l.quantity, 'unit_price', l.unit_price,
                'discount', l.discount, 'tax_rate', l.tax_rate, 'amount', l.amount,
                'tax_amount', l.tax_amount, 'remarks', l.remarks) ORDER BY l.position, l.id)
            FROM order_line l WHERE l.order_id = o.id), '[]'))
    FROM sales_order o WHERE o.id = asked_id
$$;

-- Why an order cannot be found: only what its asker may know.
CREATE OR REPLACE FUNCTION order_fate(asked_id integer) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT CASE
            WHEN me() IS NULL OR NOT may_see(customer_id, owner_id) THEN 'KH003'
            WHEN deleted_at IS NOT NULL THEN 'KH001' ELSE '42501' END
        FROM sales_order WHERE id = asked_id), 'KH001')
$$;

-- Regions are those of the day of the sale; contact and customer must belong together.
CREATE OR REPLACE FUNCTION prepare_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.currency = '' THEN
        NEW.currency := setting_text('currency', 'CNY');
    END IF;
    IF TG_OP = 'INSERT' OR NEW.customer_id <> OLD.customer_id THEN
        NEW.customer_region_id := (SELECT region_id FROM customer WHERE id = NEW.customer_id);
    END IF;
    IF TG_OP = 'INSERT' OR NEW.salesperson_id <> OLD.salesperson_id THEN
        NEW.salesperson_region_id := (SELECT region_id FROM operator WHERE id = NEW.salesperson_id);
    END IF;
    -- A contact that is deleted later stays on the orders that name it.
    IF NEW.contact_id IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.contact_id IS DISTINCT FROM OLD.contact_id
            OR NEW.customer_id <> OLD.customer_id)
        AND NOT EXISTS (
            SELECT FROM contact WHERE id = NEW.contact_id AND customer_id = NEW.customer_id)
    THEN
        RAISE EXCEPTION 'the contact belongs to another customer'
            USING ERRCODE = 'KH005', COLUMN = 'contact_id';
    END IF;
    RETURN NEW;
END $$;

-- What an order says changes only while it is a draft or submitted; its customer only in a draft.
CREATE OR REPLACE FUNCTION guard_order() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own CONSTANT text[] := '{contact_id,phone,order_date,channel_id,payment_method_id,
        delivery_date,delivery_address,salesperson_id,currency,remarks}';
    was jsonb := to_jsonb(OLD);
    becomes jsonb := to_jsonb(NEW);
BEGIN
    IF OLD.status <> 'draft' AND NEW.customer_id <> OLD.customer_id
        OR OLD.status NOT IN ('draft', 'submitted')
            AND EXISTS (SELECT FROM unnest(own) k WHERE was -> k IS DISTINCT FROM becomes -> k)
    THEN
        RAISE EXCEPTION 'the order is %', OLD.status USING ERRCODE = 'KH004', DETAIL = OLD.status;
    END IF;
    RETURN NEW;
END $$;

-- A line follows its order, and keeps the product's words as they were at the sale.
CREATE OR REPLACE FUNCTION prepare_line() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent record;
    goods record;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - '{owner_id,customer_id}'::text[]
        = to_jsonb(OLD) - '{owner_id,customer_id}'::text[]
    THEN
        RETURN NEW;  -- carried along by its customer's new owner
    END IF;
    -- Locked, so that the order is not cancelled or shipped while its lines change.
    SELECT customer_id, owner_id, status, number_source INTO parent
    FROM sales_order WHERE id = coalesce(NEW.order_id, OLD.order_id) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such order for you' USING ERRCODE = 'KH003';
    ELSIF parent.status NOT IN ('draft', 'submitted')
        AND parent.number_source IS DISTINCT FROM 'importing'
    THEN
        RAISE EXCEPTION 'the order is %', parent.status
            USING ERRCODE = 'KH004', DETAIL = parent.status;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.customer_id := parent.customer_id;
    NEW.owner_id := parent.owner_id;
    IF TG_OP = 'INSERT' OR NEW.product_id <> OLD.product_id THEN
        SELECT * INTO goods FROM product WHERE id = NEW.product_id;
        IF NOT FOUND OR NOT goods.active AND parent.number_source IS DISTINCT FROM 'importing' THEN
            RAISE EXCEPTION 'the product is not sold any more' USING ERRCODE = 'KH005',
                COLUMN = 'product_id', DETAIL = coalesce(goods.code, NEW.product_code, '');
        END IF;
        NEW.product_code := coalesce(NEW.product_code, goods.code);
        NEW.product_name := coalesce(NEW.product_name, goods.name);
        NEW.specification := coalesce(NEW.specification, goods.specification);
        NEW.unit := coalesce(NEW.unit, goods.unit);
    END IF;
    RETURN NEW;
END $$;

-- The total is always the sum of the stored lines, whoever wrote them. Locked by a statement of its
-- own: the sum then also sees lines that somebody else committed while this one waited.
CREATE OR REPLACE FUNCTION sum_lines(orders integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM sales_order WHERE id = ANY (orders) ORDER BY id FOR NO KEY UPDATE;
    UPDATE sales_order o SET total = s.total, tax_total = s.tax, lines_version = lines_version + 1
    FROM (SELECT a.id, coalesce(sum(l.amount), 0) AS total, coalesce(sum(l.tax_amount), 0) AS tax
          FROM unnest(orders) a (id) LEFT JOIN order_line l ON l.order_id = a.id GROUP BY a.id) s
    WHERE o.id = s.id;
END $$;

CREATE OR REPLACE FUNCTION total_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sum_lines(array_agg(DISTINCT order_id ORDER BY order_id)) FROM new_rows HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION total_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sum_lines(array_agg(DISTINCT n.order_id ORDER BY n.order_id))
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.version <> o.version HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION total_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sum_lines(array_agg(DISTINCT order_id ORDER BY order_id)) FROM old_rows HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION save_lines(saved_order integer, lines jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM order_line l WHERE l.order_id = saved_order
        AND l.id NOT IN (SELECT (e ->> 'id')::integer FROM jsonb_array_elements(lines) e
                         WHERE e ->> 'id' IS NOT NULL);
    UPDATE order_line l SET position = g.position, product_id = g.product_id,
        product_code = g.code, product_name = g.name, specification = g.specification,
        unit = g.unit, quantity = g.quantity, unit_price = g.unit_price,
        discount = coalesce(g.discount, 0), tax_rate = coalesce(g.tax_rate, 0), remarks = g.remarks
    FROM jsonb_to_recordset(lines) AS g (id integer, position integer, product_id integer,
        code text, name text, specification text, unit text, quantity numeric, unit_price numeric,
        discount numeric, tax_rate numeric, remarks text)
    WHERE l.order_id = saved_order AND l.id = g.id
        AND (l.position, l.product_id, l.product_code, l.product_name, l.specification, l.unit,
             l.quantity, l.unit_price, l.discount, l.tax_rate, l.remarks)
            IS DISTINCT FROM
            (g.position, g.product_id, g.code::varchar, g.name::varchar, g.specification::varchar,
             g.unit::varchar, g.quantity, g.unit_price, coalesce(g.discount, 0),
             coalesce(g.tax_rate, 0), g.remarks::varchar);
    INSERT INTO order_line (order_id, position, product_id, product_code, product_name,
        specification, unit, quantity, unit_price, discount, tax_rate, remarks)
    SELECT saved_order, g.position, g.product_id, g.code, g.name, g.specification, g.unit,
        g.quantity, g.unit_price, coalesce(g.discount, 0), coalesce(g.tax_rate, 0), g.remarks
    FROM jsonb_to_recordset(lines) AS g (id integer, position integer, product_id integer,
        code text, name text, specification text, unit text, quantity numeric, unit_price numeric,
        discount numeric, tax_rate numeric, remarks text)
    WHERE g.id IS NULL  -- or the id is another order's: a copied line is a line as well
        OR NOT EXISTS (SELECT FROM order_line l WHERE l.order_id = saved_order AND l.id = g.id)
    ORDER BY g.position;
END $$;

CREATE OR REPLACE FUNCTION save_order(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given sales_order := jsonb_populate_record(NULL::sales_order, doc - 'lines' - 'customer');
    stored sales_order;
BEGIN
    IF given.id IS NULL THEN
        INSERT INTO sales_order (customer_id, contact_id, phone, order_date, channel_id,
            payment_method_id, delivery_date, delivery_address, salesperson_id, currency, remarks)
        VALUES (given.customer_id, given.contact_id, given.phone,
            coalesce(given.order_date, office_today()), given.channel_id, given.payment_method_id,
            given.delivery_date, given.delivery_address, coalesce(given.salesperson_id, me()),
            coalesce(given.currency, ''), given.remarks)
        RETURNING id INTO given.id;
    ELSE
        SELECT * INTO stored FROM sales_order WHERE id = given.id FOR UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'order not found' USING ERRCODE = order_fate(given.id);
        ELSIF stored.version IS DISTINCT FROM loaded_version THEN
            RAISE EXCEPTION 'somebody else saved the order'
                USING ERRCODE = 'KH002', DETAIL = order_document(given.id)::text;
        ELSIF stored.status NOT IN ('draft', 'submitted') THEN
            RAISE EXCEPTION 'the order is %', stored.status
                USING ERRCODE = 'KH004', DETAIL = stored.status;
        END IF;
        UPDATE sales_order SET customer_id = given.customer_id, contact_id = given.contact_id,
            phone = given.phone, order_date = given.order_date, channel_id = given.channel_id,
            payment_method_id = given.payment_method_id, delivery_date = given.delivery_date,
            delivery_address = given.delivery_address, salesperson_id = given.salesperson_id,
            currency = coalesce(given.currency, ''), remarks = given.remarks
        WHERE id = given.id;
    END IF;
    PERFORM save_lines(given.id, coalesce(doc -> 'lines', '[]'));
    RETURN order_document(given.id);
END $$;

-- Locks the order for one step of its life, or says why not.
CREATE OR REPLACE FUNCTION begin_step(asked_id integer, loaded_version integer, action text,
    allowed_states text[]) RETURNS sales_order
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored sales_order;
BEGIN
    -- Top-down: whoever deletes the customer holds it first.
    PERFORM FROM customer c JOIN sales_order o ON o.customer_id = c.id WHERE o.id = asked_id
        FOR KEY SHARE OF c;
    SELECT * INTO stored FROM sales_order WHERE id = asked_id AND deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND OR NOT coalesce(may_see(stored.customer_id, stored.owner_id), false) THEN
        RAISE EXCEPTION 'order not found' USING ERRCODE = order_fate(asked_id);
    ELSIF NOT can('order', action) THEN
        RAISE EXCEPTION 'you may not % orders', action USING ERRCODE = '42501';
    ELSIF stored.version IS DISTINCT FROM loaded_version THEN
        RAISE EXCEPTION 'somebody else saved the order'
            USING ERRCODE = 'KH002', DETAIL = order_document(asked_id)::text;
    ELSIF stored.status <> ALL (allowed_states) THEN
        RAISE EXCEPTION 'the order is %', stored.status
            USING ERRCODE = 'KH004', DETAIL = stored.status;
    END IF;
    RETURN stored;
END $$;

CREATE OR REPLACE FUNCTION submit_order(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored sales_order := begin_step(asked_id, loaded_version, 'submit', '{draft}');
    unsold text;
BEGIN
    IF NOT EXISTS (SELECT FROM order_line WHERE order_id = asked_id) THEN
        RAISE EXCEPTION 'an order needs a line' USING ERRCODE = 'KH005', COLUMN = 'lines';
    END IF;
    SELECT p.code INTO unsold FROM order_line l JOIN product p ON p.id = l.product_id
    WHERE l.order_id = asked_id AND (NOT p.active OR p.deleted_at IS NOT NULL) LIMIT 1;
    IF unsold IS NOT NULL THEN
        RAISE EXCEPTION 'a product is not sold any more'
            USING ERRCODE = 'KH005', COLUMN = 'product_id', DETAIL = unsold;
    END IF;
    UPDATE sales_order SET status = 'submitted', number_source = 'rule', submitted_by = me(),
        submitted_at = now(), number = next_number('order'),
        customer_region_id = (SELECT region_id FROM customer WHERE id = stored.customer_id),
        salesperson_region_id = (SELECT region_id FROM operator WHERE id = stored.salesperson_id)
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;

CREATE OR REPLACE FUNCTION cancel_order(asked_id integer, loaded_version integer, why text)
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(trim(why), '') = '' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = 'KH005', COLUMN = 'cancel_reason';
    END IF;
    PERFORM begin_step(asked_id, loaded_version, 'submit', '{submitted,approved}');
    UPDATE sales_order SET status = 'cancelled', cancelled_by = me(), cancelled_at = now(),
        cancel_reason = left(trim(why), 200)
    WHERE id = asked_id;
    RETURN order_document(asked_id);
END $$;
