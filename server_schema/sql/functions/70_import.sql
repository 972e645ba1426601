-- Rows that an operator copied into import_row become records, all at once.

CREATE OR REPLACE FUNCTION new_import_job() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT nextval('import_job')::integer
$$;

-- Reserve customer numbers for an import, in a transaction of its own: nobody waits for the import.
CREATE OR REPLACE FUNCTION reserve_numbers(asked_kind text, how_many integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF asked_kind <> 'customer' OR NOT can('customer', 'import') OR how_many NOT BETWEEN 1 AND 5000000
    THEN
        RAISE EXCEPTION 'you may not import %', asked_kind USING ERRCODE = '42501';
    END IF;
    RETURN take_numbers(asked_kind, how_many);
END $$;

-- The counter goes past the highest number of the current period that the rule could have made. What
-- has more digits counts only where those before are used up: one odd number in a file would have the
-- office begin anew behind it.
CREATE OR REPLACE FUNCTION move_counter(asked_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    width integer := (SELECT digits FROM number_rule WHERE kind = asked_kind);
    head CONSTANT text := left(format_number(asked_kind, '', 0), -width);
    found bigint;
    highest bigint;
    before integer;
BEGIN
    width := greatest(width, length((SELECT last FROM number_counter
        WHERE kind = asked_kind AND period = number_period(asked_kind))::text));
    LOOP
        EXECUTE format('SELECT max(substr(number, %1$s)::bigint) FROM %2$I
            WHERE starts_with(number, %3$L) AND substr(number, %1$s) ~ ''^\d{%4$s}$''',
            length(head) + 1,
            CASE asked_kind WHEN 'customer' THEN 'customer' ELSE 'sales_order' END, head, width)
        INTO found;
        highest := greatest(highest, found);
        EXIT WHEN found IS NULL OR found < 9 * 10 ^ (width - 1) OR width = 9;
        width := width + 1;
    END LOOP;
    IF highest IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO number_counter (kind, period) VALUES (asked_kind, number_period(asked_kind))
    ON CONFLICT DO NOTHING;
    SELECT last INTO before FROM number_counter
    WHERE kind = asked_kind AND period = number_period(asked_kind) FOR UPDATE;
    IF highest <= before THEN
        RETURN;
    END IF;
    UPDATE number_counter SET last = highest
    WHERE kind = asked_kind AND period = number_period(asked_kind);
    IF asked_kind <> 'customer' THEN
        INSERT INTO number_taken (kind, period, counted, counted_to, number)
        VALUES (asked_kind, number_period(asked_kind), before + 1, highest, '');
    END IF;
END $$;

-- Which of these values are taken, whoever sees the records: {value: the owner's name}. More than
-- that an importer does not learn of somebody else's; and that is counted.
CREATE OR REPLACE FUNCTION import_taken(asked_kind text, asked_field text, words text[])
RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reads CONSTANT boolean := can(asked_kind, 'view');
    owners CONSTANT integer[] := CASE WHEN reads THEN visible_operators() ELSE '{}' END;
    lent CONSTANT integer[] := CASE WHEN reads THEN shared_customers() ELSE '{}' END;
    found jsonb;
    hidden integer;
BEGIN
    IF NOT can(asked_kind, 'import') OR NOT (asked_kind IN ('customer', 'order')
            AND asked_field = 'number' OR asked_kind = 'customer'
            AND asked_field IN ('name', 'phone', 'mobile', 'tax_number'))
        OR (asked_field IN ('phone', 'mobile') AND NOT can('customer', 'whole'))
    THEN
        RAISE EXCEPTION 'you may not import %', asked_kind USING ERRCODE = '42501';
    -- Where it cannot count it must not begin to look: that it fails would be an answer.
    ELSIF current_setting('transaction_read_only') = 'on' THEN
        RAISE EXCEPTION 'not in a transaction that only reads' USING ERRCODE = '42501';
    END IF;
    EXECUTE format('SELECT jsonb_object_agg(t.%1$I, o.name),
            count(*) FILTER (WHERE t.owner_id <> ALL ($2) AND t.%4$I <> ALL ($3))
        FROM %2$I t JOIN operator o ON o.id = t.owner_id WHERE t.%1$I = ANY ($1)
        AND (t.deleted_at IS NULL OR %3$L = ''number'')', asked_field,
        CASE asked_kind WHEN 'customer' THEN 'customer' ELSE 'sales_order' END, asked_field,
        CASE asked_kind WHEN 'customer' THEN 'id' ELSE 'customer_id' END)
    INTO found, hidden USING words, owners, lent;
    IF hidden > 0 AND NOT count_told(hidden) THEN
        RAISE EXCEPTION 'told of too many records that you do not see'
            USING ERRCODE = 'KH005', DETAIL = 'import_told';
    END IF;
    RETURN coalesce(found, '{}');
END $$;

-- Cells are the columns of customer, typed and with ids for references. "nth" stands for a number:
-- the nth after the first reserved one. "contact" becomes the customer's first contact.
-- A large import comes in several jobs of one transaction. Only the last moves the counter, which
-- from then on is held until the commit.
CREATE OR REPLACE FUNCTION import_customers(asked_job integer, first_number integer,
    is_last boolean) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer := me();
    owners integer[] := CASE WHEN can('customer', 'assign') THEN visible_operators()
        ELSE ARRAY[mine] END;
    -- What format_number makes, asked once and not for each row.
    width integer := (SELECT digits FROM number_rule WHERE kind = 'customer');
    head text := left(format_number('customer', '', 0), -width);
    foreign_rows jsonb;
    n integer;
BEGIN
    IF NOT can('customer', 'import') THEN
        RAISE EXCEPTION 'you may not import customers' USING ERRCODE = '42501';
    END IF;
    SELECT jsonb_agg(row ORDER BY row) INTO foreign_rows FROM import_row
    WHERE job = asked_job AND who = session_user
        AND coalesce((cells ->> 'owner_id')::integer, mine) <> ALL (owners);
    IF foreign_rows IS NOT NULL THEN
        RAISE EXCEPTION 'rows of somebody else''s' USING ERRCODE = 'KH003',
            COLUMN = 'owner_id', DETAIL = foreign_rows::text;
    END IF;
    INSERT INTO customer (number, kind, name, short_name, type_id, source_id, industry_id,
        enterprise_kind_id, size, region_id, grade_id, owner_id, sales_method_id, status, tags,
        phone, mobile, fax, email, website, address, postcode, invoice_title, tax_number, bank,
        bank_account, credit_limit, founded_on, needs, description, remarks, search_key, sort_key,
        sound_key, created_by)
    SELECT coalesce(r.number, head || padded(first_number + (i.cells ->> 'nth')::integer, width)),
        coalesce(r.kind, 'company'), r.name, r.short_name, r.type_id, r.source_id,
        r.industry_id, r.enterprise_kind_id, r.size, r.region_id, r.grade_id,
        coalesce(r.owner_id, mine), r.sales_method_id, coalesce(r.status, 'potential'),
        coalesce(r.tags, '{}'), r.phone, r.mobile, r.fax, r.email, r.website, r.address,
        r.postcode, r.invoice_title, r.tax_number, r.bank, r.bank_account, r.credit_limit,
        r.founded_on, r.needs, r.description, r.remarks, r.search_key, r.sort_key, r.sound_key, mine
    FROM import_row i CROSS JOIN LATERAL jsonb_populate_record(NULL::customer, i.cells) r
    WHERE i.job = asked_job AND i.who = session_user ORDER BY i.row;
    GET DIAGNOSTICS n = ROW_COUNT;
    INSERT INTO contact (customer_id, name, title, mobile, is_primary, created_by)
    SELECT c.id, i.cells -> 'contact' ->> 'name', i.cells -> 'contact' ->> 'title',
        i.cells -> 'contact' ->> 'mobile', true, mine
    FROM import_row i JOIN customer c ON c.number = coalesce(i.cells ->> 'number',
        head || padded(first_number + (i.cells ->> 'nth')::integer, width))
    WHERE i.job = asked_job AND i.who = session_user AND i.cells ? 'contact' ORDER BY i.row;
    IF is_last THEN
        PERFORM move_counter('customer');
        PERFORM note_told();
    END IF;
    DELETE FROM import_row WHERE job = asked_job AND who = session_user;
    RETURN jsonb_build_object('inserted', n);
END $$;

-- What the file says was received for an order becomes a receipt of the order's number and day.
CREATE OR REPLACE FUNCTION import_received(asked_job integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    paid integer[] := ARRAY(SELECT o.id FROM import_row i
        JOIN sales_order o ON o.number = i.cells ->> 'number' AND o.number_source = 'importing'
        WHERE i.job = asked_job AND i.who = session_user
            AND (i.cells ->> 'received')::numeric <> 0);
    wrong text;
BEGIN
    IF cardinality(paid) = 0 THEN
        RETURN;
    ELSIF NOT can('receipt', 'submit') THEN
        RAISE EXCEPTION 'you may not post receipts' USING ERRCODE = '42501';
    END IF;
    SELECT o.number INTO wrong FROM import_row i
    JOIN sales_order o ON o.number = i.cells ->> 'number' AND o.id = ANY (paid)
    WHERE i.job = asked_job AND i.who = session_user
        AND (i.cells ->> 'received')::numeric NOT BETWEEN 0 AND o.outstanding
    ORDER BY i.row LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'more was received than the order comes to'
            USING ERRCODE = 'KH005', COLUMN = 'allocations', DETAIL = wrong;
    END IF;
    INSERT INTO receipt (number, number_source, customer_id, payment_method_id, receipt_date,
        handler_id, currency, amount, allocated, status, posted_by, posted_at, created_by)
    SELECT o.number, 'imported', o.customer_id, o.payment_method_id, o.order_date,
        o.salesperson_id, o.currency, (i.cells ->> 'received')::numeric,
        (i.cells ->> 'received')::numeric, 'posted', me(), now(), me()
    FROM import_row i JOIN sales_order o ON o.number = i.cells ->> 'number' AND o.id = ANY (paid)
    WHERE i.job = asked_job AND i.who = session_user ORDER BY i.row;
    INSERT INTO receipt_allocation (receipt_id, order_id, amount, allocated_on, created_by)
    SELECT r.id, o.id, r.amount, r.receipt_date, me()
    FROM sales_order o JOIN receipt r ON r.number = o.number AND r.number_source = 'imported'
    WHERE o.id = ANY (paid) ORDER BY o.id;
    UPDATE sales_order o SET received = r.amount FROM receipt r
    WHERE o.id = ANY (paid) AND r.number = o.number AND r.number_source = 'imported';
END $$;

-- Cells are the columns of sales_order with "number", "status" and "lines": a list of columns of
-- order_line. Orders keep their numbers and the state they had; regions are the customer's and the
-- salesperson's of today unless the cells name them.
CREATE OR REPLACE FUNCTION import_orders(asked_job integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer := me();
    seen integer[] := visible_operators();
    foreign_rows jsonb;
    n integer;
BEGIN
    IF NOT can('order', 'import') THEN
        RAISE EXCEPTION 'you may not import orders' USING ERRCODE = '42501';
    END IF;
    SELECT jsonb_agg(i.row ORDER BY i.row) INTO foreign_rows FROM import_row i
    LEFT JOIN customer c ON c.id = (i.cells ->> 'customer_id')::integer AND c.deleted_at IS NULL
    WHERE i.job = asked_job AND i.who = session_user
        AND (c.id IS NULL OR c.owner_id <> ALL (seen));
    IF foreign_rows IS NOT NULL THEN
        RAISE EXCEPTION 'rows of somebody else''s' USING ERRCODE = 'KH003',
            COLUMN = 'customer_id', DETAIL = foreign_rows::text;
    -- As approved comes in only what its importer might approve.
    ELSIF 'submitted' <> ALL (ready_states()) AND NOT can('order', 'approve')
        AND EXISTS (SELECT FROM import_row i WHERE i.job = asked_job AND i.who = session_user
            AND i.cells ->> 'status' = ANY (ready_states()))
    THEN
        RAISE EXCEPTION 'orders need approval' USING ERRCODE = 'KH004', DETAIL = 'not_approved';
    END IF;
    INSERT INTO sales_order (number, number_source, customer_id, contact_id, phone, order_date,
        channel_id, payment_method_id, delivery_date, delivery_address, due_date, salesperson_id,
        currency, whole_discount, wipe_off, status, remarks, submitted_by, submitted_at, created_by)
    SELECT r.number, 'importing', r.customer_id, r.contact_id, r.phone, r.order_date, r.channel_id,
        r.payment_method_id, r.delivery_date, r.delivery_address, r.due_date,
        coalesce(r.salesperson_id, c.owner_id), coalesce(r.currency, ''),
        coalesce(r.whole_discount, 0), coalesce(r.wipe_off, 0),
        coalesce(r.status, 'submitted'), r.remarks, mine, now(), mine
    FROM import_row i CROSS JOIN LATERAL jsonb_populate_record(NULL::sales_order, i.cells) r
    JOIN customer c ON c.id = r.customer_id
    WHERE i.job = asked_job AND i.who = session_user ORDER BY i.row;
    GET DIAGNOSTICS n = ROW_COUNT;
    INSERT INTO order_line (order_id, position, product_id, product_code, product_name,
        specification, unit, quantity, unit_price, discount, tax_rate, remarks, created_by)
    SELECT o.id, l.position, l.product_id, l.product_code, l.product_name, l.specification, l.unit,
        l.quantity, l.unit_price, coalesce(l.discount, 0), coalesce(l.tax_rate, 0), l.remarks, mine
    FROM import_row i
    JOIN sales_order o ON o.number = i.cells ->> 'number' AND o.number_source = 'importing'
    CROSS JOIN LATERAL jsonb_populate_recordset(NULL::order_line, i.cells -> 'lines') l
    WHERE i.job = asked_job AND i.who = session_user ORDER BY i.row, l.position;
    PERFORM import_received(asked_job);
    UPDATE sales_order SET number_source = 'imported' WHERE number_source = 'importing';
    PERFORM move_counter('order');
    PERFORM note_told();
    DELETE FROM import_row WHERE job = asked_job AND who = session_user;
    RETURN jsonb_build_object('inserted', n);
END $$;
