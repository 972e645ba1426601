-- What who sees only masked numbers may do with them: read one, and that is written down.

-- A masked number in a new record of a customer stands for the one the customer or a contact has.
CREATE OR REPLACE FUNCTION resolve_masked(masked text, of_customer integer) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT number FROM (
        SELECT unnest(ARRAY[c.phone, c.mobile]) AS number FROM customer c WHERE c.id = of_customer
        UNION ALL SELECT unnest(ARRAY[p.mobile, p.phone]) FROM contact p
            WHERE p.customer_id = of_customer AND p.deleted_at IS NULL
    ) known WHERE mask_phone(number) = masked LIMIT 1
$$;

-- A masked number that a new record is entered with. Arguments: the columns.
CREATE OR REPLACE FUNCTION fill_masked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    becomes jsonb := to_jsonb(NEW);
    part text;
BEGIN
    IF can('customer', 'whole') OR of_the_server() THEN
        RETURN NEW;
    END IF;
    FOREACH part IN ARRAY TG_ARGV LOOP
        IF becomes ->> part LIKE '%****%' THEN
            becomes := jsonb_set(becomes, ARRAY[part], coalesce(to_jsonb(
                resolve_masked(becomes ->> part, (becomes ->> 'customer_id')::integer)), 'null'));
        END IF;
    END LOOP;
    RETURN jsonb_populate_record(NEW, becomes);
END $$;

-- The customer of a record of which the asking operator may see this number whole; raises otherwise.
CREATE OR REPLACE FUNCTION customer_to_reveal(kind text, asked_id integer, asked_field text)
RETURNS integer LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    row_key text := CASE kind WHEN 'customer' THEN 'id' ELSE 'customer_id' END;
    of_customer integer;
BEGIN
    IF NOT can(module_of(kind), 'view')
        OR NOT (can('customer', 'reveal') OR can('customer', 'whole'))
        OR (kind = 'customer' AND asked_field IN ('phone', 'mobile', 'bank_account')
            OR kind = 'contact' AND asked_field IN ('phone', 'mobile')
            OR kind IN ('sales_order', 'quote', 'delivery') AND asked_field = 'phone') IS NOT TRUE
    THEN
        RAISE EXCEPTION 'you may not see this whole' USING ERRCODE = '42501';
    END IF;
    EXECUTE format('SELECT %1$I FROM %2$I WHERE id = $1 AND may_see(%1$I, owner_id)
        AND (deleted_at IS NULL OR bin_on())', row_key, kind) INTO of_customer USING asked_id;
    IF of_customer IS NULL THEN
        RAISE EXCEPTION 'not found' USING ERRCODE = 'KH003';
    END IF;
    RETURN of_customer;
END $$;

-- Writes down who is about to look at which number, but not what it is. A hundred an hour are more
-- than anybody calls; one at a time of each operator, or asking at once would pass that, and so would
-- asking in transactions that do not see what others have committed.
CREATE OR REPLACE FUNCTION begin_reveal(kind text, asked_id integer, asked_field text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_customer CONSTANT integer := customer_to_reveal(kind, asked_id, asked_field);
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'not in an isolated transaction' USING ERRCODE = '42501';
    END IF;
    PERFORM FROM operator WHERE id = me() FOR NO KEY UPDATE;
    IF NOT can('customer', 'whole') AND (SELECT count(*) FROM history h
            JOIN change c ON c.id = h.change_id
            WHERE h.op = 'reveal' AND c.operator_id = me() AND c.at > now() - interval '1 hour')
        >= 100
    THEN
        RAISE EXCEPTION 'too many' USING ERRCODE = 'KH005', COLUMN = 'reveal';
    END IF;
    INSERT INTO history (change_id, table_name, row_id, customer_id, op, after)
    VALUES (current_change(), kind, asked_id, of_customer, 'reveal',
        jsonb_build_object('revealed', asked_field));
END $$;

-- One number as it is, after `begin_reveal` is committed: what a transaction writes down it could
-- take back once it has read the number.
CREATE OR REPLACE FUNCTION reveal(kind text, asked_id integer, asked_field text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    PERFORM customer_to_reveal(kind, asked_id, asked_field);
    IF NOT EXISTS (SELECT FROM history h JOIN change c ON c.id = h.change_id
        WHERE h.table_name = kind AND h.row_id = asked_id AND h.op = 'reveal'
            AND h.after ->> 'revealed' = asked_field AND c.operator_id = me()
            AND c.at > clock_timestamp() - interval '1 minute'
            AND c.xid IS DISTINCT FROM pg_current_xact_id_if_assigned())
    THEN
        RAISE EXCEPTION 'not written down yet' USING ERRCODE = '42501';
    END IF;
    EXECUTE format('SELECT %I FROM %I WHERE id = $1', asked_field, kind) INTO found USING asked_id;
    RETURN found;
END $$;
