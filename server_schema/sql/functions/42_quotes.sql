-- Quotes: sent, revised, accepted or refused, and turned into orders. A sent quote past its day is
-- expired without anybody writing that down.

-- Names stay on a document when what bears them is deleted.
CREATE OR REPLACE FUNCTION quote_document(asked_id integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    q CONSTANT quote := readable_quote(asked_id);
BEGIN
    IF q.id IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN quote_head(q) || jsonb_build_object(
        'state', state(q),
        'payment_method', (SELECT name FROM payment_method WHERE id = q.payment_method_id),
        'salesperson', (SELECT name FROM operator WHERE id = q.salesperson_id),
        'sent_by_name', (SELECT name FROM operator WHERE id = q.sent_by),
        'decided_by_name', (SELECT name FROM operator WHERE id = q.decided_by),
        'order_number', (SELECT number FROM sales_order o WHERE o.id = q.order_id
            AND may_read('order', o.customer_id, o.owner_id, o.deleted_at)),
        'net_total', q.total - q.tax_total,
        'lines', quote_line_list(q.id));
END $$;

CREATE OR REPLACE FUNCTION prepare_quote() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.currency = '' THEN
        NEW.currency := setting_text('currency', 'CNY');
    END IF;
    IF NEW.valid_until IS NULL THEN
        NEW.valid_until := NEW.quote_date + setting_number('quote_valid_days', 30);
    END IF;
    RETURN NEW;
END $$;

-- Whatever changes after a quote was sent makes a new revision of it; an accepted one stands.
CREATE OR REPLACE FUNCTION guard_quote() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own CONSTANT text[] := '{customer_id,contact_id,phone,quote_date,valid_until,salesperson_id,
        payment_method_id,delivery_address,currency,whole_discount,wipe_off,terms,remarks}';
    was jsonb := to_jsonb(OLD);
    becomes jsonb := to_jsonb(NEW);
BEGIN
    IF NOT EXISTS (SELECT FROM unnest(own) k WHERE was -> k IS DISTINCT FROM becomes -> k)
        OR NEW.customer_id <> OLD.customer_id AND is_merging(OLD.customer_id, NEW.customer_id)
    THEN
        RETURN NEW;
    ELSIF OLD.status = 'accepted' THEN
        RAISE EXCEPTION 'the quote is accepted' USING ERRCODE = 'KH004', DETAIL = 'accepted';
    ELSIF OLD.number IS NOT NULL AND NEW.customer_id <> OLD.customer_id THEN
        RAISE EXCEPTION 'the quote is another customer''s' USING ERRCODE = 'KH004',
            DETAIL = OLD.status;
    ELSIF OLD.status <> 'draft' AND NEW.status = OLD.status THEN
        NEW.status := 'draft';
        NEW.revision := OLD.revision + 1;
        NEW.sent_by := NULL;
        NEW.sent_at := NULL;
        NEW.decided_by := NULL;
        NEW.decided_at := NULL;
        NEW.decide_reason := NULL;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION save_quote(doc jsonb, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given quote := jsonb_populate_record(NULL::quote, doc - 'lines' - 'customer');
BEGIN
    given.currency := coalesce(given.currency, '');
    given.whole_discount := coalesce(given.whole_discount, 0);
    given.wipe_off := coalesce(given.wipe_off, 0);
    IF given.id IS NULL THEN
        INSERT INTO quote (customer_id, contact_id, phone, quote_date, valid_until,
            salesperson_id, payment_method_id, delivery_address, currency, whole_discount,
            wipe_off, terms, remarks)
        VALUES (given.customer_id, given.contact_id, given.phone,
            coalesce(given.quote_date, office_today()), given.valid_until,
            coalesce(given.salesperson_id, me()), given.payment_method_id,
            given.delivery_address, given.currency, given.whole_discount, given.wipe_off,
            given.terms, given.remarks)
        RETURNING id INTO given.id;
    ELSE
        PERFORM update_quote(given, loaded_version);
    END IF;
    PERFORM save_quote_lines(given.id, coalesce(doc -> 'lines', '[]'));
    RETURN quote_document(given.id);
END $$;

-- What the paper says about the office, kept with each revision: a reprint is what the customer got.
CREATE OR REPLACE FUNCTION office_details() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_object_agg(substr(key, 8), value), '{}') FROM setting
    WHERE starts_with(key, 'office_')
$$;

-- The first revision gets the number that all later ones keep.
CREATE OR REPLACE FUNCTION send_quote(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored quote := begin_quote_step(asked_id, loaded_version, 'submit', '{draft}');
    sent jsonb;
BEGIN
    PERFORM check_handed_out(quote_line_list(asked_id), stored.total);
    IF stored.valid_until < office_today() THEN
        RAISE EXCEPTION 'it would be expired'
            USING ERRCODE = 'KH005', COLUMN = 'valid_until', DETAIL = stored.valid_until::text;
    END IF;
    UPDATE quote SET status = 'sent', sent_by = me(), sent_at = now(),
        number_source = coalesce(number_source, 'rule'),
        number = coalesce(number, next_number('quote', asked_id))
    WHERE id = asked_id;
    sent := quote_document(asked_id);
    IF sent IS NULL THEN  -- while it waited for its number
        RAISE EXCEPTION 'not yours any more' USING ERRCODE = 'KH003';
    END IF;
    INSERT INTO quote_revision (quote_id, customer_id, owner_id, revision, sent_by, document)
    VALUES (asked_id, stored.customer_id, stored.owner_id, stored.revision, me(),
        sent || jsonb_build_object('office', office_details()));
    RETURN sent;
END $$;

CREATE OR REPLACE FUNCTION decide_quote(asked_id integer, loaded_version integer, decision text,
    why text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored quote := begin_quote_step(asked_id, loaded_version, 'submit', '{sent}');
BEGIN
    IF coalesce(decision, '') NOT IN ('accepted', 'refused') THEN
        RAISE EXCEPTION 'no such decision' USING ERRCODE = 'KH005', COLUMN = 'status';
    ELSIF decision = 'accepted' AND state(stored) = 'expired' THEN
        RAISE EXCEPTION 'the quote has expired' USING ERRCODE = 'KH004', DETAIL = 'expired';
    END IF;
    UPDATE quote SET status = decision, decided_by = me(), decided_at = now(),
        decide_reason = nullif(left(trim(why), 200), '')
    WHERE id = asked_id;
    RETURN quote_document(asked_id);
END $$;

-- The customer took it: the quote is accepted, and a draft order has its goods.
CREATE OR REPLACE FUNCTION quote_to_order(asked_id integer, loaded_version integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored quote := begin_quote_step(asked_id, loaded_version, 'submit', '{sent,accepted}');
    made integer;
BEGIN
    IF NOT can('order', 'create') THEN
        RAISE EXCEPTION 'you may not create orders' USING ERRCODE = '42501';
    ELSIF state(stored) = 'expired' THEN
        RAISE EXCEPTION 'the quote has expired' USING ERRCODE = 'KH004', DETAIL = 'expired';
    ELSIF EXISTS (SELECT FROM sales_order WHERE id = stored.order_id AND deleted_at IS NULL
        AND status <> 'cancelled')
    THEN
        RAISE EXCEPTION 'it is ordered already' USING ERRCODE = 'KH004', DETAIL = 'ordered';
    END IF;
    INSERT INTO sales_order (customer_id, contact_id, phone, order_date, payment_method_id,
        delivery_address, salesperson_id, currency, whole_discount, wipe_off, remarks)
    VALUES (stored.customer_id, stored.contact_id, stored.phone, office_today(),
        stored.payment_method_id, stored.delivery_address, stored.salesperson_id,
        stored.currency, stored.whole_discount, stored.wipe_off, stored.remarks)
    RETURNING id INTO made;
    INSERT INTO order_line (order_id, position, product_id, product_code, product_name,
        specification, unit, quantity, unit_price, discount, tax_rate, remarks)
    SELECT made, position, product_id, product_code, product_name, specification, unit, quantity,
        unit_price, discount, tax_rate, remarks
    FROM quote_line WHERE quote_id = asked_id ORDER BY position, id;
    UPDATE quote SET status = 'accepted', order_id = made,
        decided_by = coalesce(decided_by, me()), decided_at = coalesce(decided_at, now())
    WHERE id = asked_id;
    RETURN jsonb_build_object('quote', quote_document(asked_id), 'order', order_document(made));
END $$;

-- Newest first, each as it was sent.
CREATE OR REPLACE FUNCTION quote_revisions(asked_id integer) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('revision', r.revision, 'sent_at', r.sent_at,
            'sent_by_name', (SELECT name FROM operator WHERE id = r.sent_by),
            'document', r.document) ORDER BY r.revision DESC), '[]')
    FROM masked.quote_revision r WHERE r.quote_id = asked_id
$$;
