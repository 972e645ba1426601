-- Phones and bank accounts of customers: who may not see whole numbers reads them through the views
-- of the schema `masked`, and has no grant on the columns themselves.

-- Who looks after the server, as when it makes the demo office, is nobody's colleague.
CREATE OR REPLACE FUNCTION of_the_server() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT rolsuper FROM pg_roles WHERE rolname = session_user);
END $$;

-- One masked column of a record as it is, for whoever may read it: it has no rights of its own.
CREATE OR REPLACE FUNCTION whole_text(kind text, field text, asked_id integer) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE kind
        WHEN 'customer' THEN (SELECT CASE field WHEN 'phone' THEN phone WHEN 'mobile' THEN mobile
            WHEN 'bank_account' THEN bank_account WHEN 'phone_key' THEN phone_key
            WHEN 'mobile_key' THEN mobile_key WHEN 'search_key' THEN search_key
            WHEN 'haystack' THEN haystack END FROM customer WHERE id = asked_id)
        WHEN 'contact' THEN (SELECT CASE field WHEN 'phone' THEN phone WHEN 'mobile' THEN mobile
            WHEN 'phone_key' THEN phone_key WHEN 'mobile_key' THEN mobile_key END
            FROM contact WHERE id = asked_id)
        WHEN 'sales_order' THEN (SELECT phone FROM sales_order WHERE id = asked_id)
        WHEN 'quote' THEN (SELECT phone FROM quote WHERE id = asked_id)
        WHEN 'delivery' THEN (SELECT phone FROM delivery WHERE id = asked_id)
    END;
END $$;

CREATE OR REPLACE FUNCTION mask_phone(whole text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(whole) >= 9 THEN left(whole, 3) || '****' || right(whole, 2)
        WHEN whole <> '' THEN '****' ELSE whole END
$$;

CREATE OR REPLACE FUNCTION mask_account(whole text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(whole) >= 12 THEN '****' || right(whole, 4)
        WHEN whole <> '' THEN '****' ELSE whole END
$$;

-- A record as JSON, with the customer inside it, or with values as {"old", "new"}.
CREATE OR REPLACE FUNCTION masked_body(body jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    part text;
BEGIN
    FOREACH part IN ARRAY ARRAY['phone', 'mobile', 'bank_account'] LOOP
        IF jsonb_typeof(body -> part) = 'string' THEN
            body := jsonb_set(body, ARRAY[part], to_jsonb(CASE part
                WHEN 'bank_account' THEN mask_account(body ->> part)
                ELSE mask_phone(body ->> part) END));
        ELSIF jsonb_typeof(body -> part) = 'object' THEN
            body := jsonb_set(body, ARRAY[part], (
                SELECT jsonb_object_agg(key,
                    masked_body(jsonb_build_object(part, value)) -> part)
                FROM jsonb_each(body -> part)));
        END IF;
    END LOOP;
    FOREACH part IN ARRAY ARRAY['customer', 'fields'] LOOP
        IF jsonb_typeof(body -> part) = 'object' THEN
            body := jsonb_set(body, ARRAY[part], masked_body(body -> part));
        END IF;
    END LOOP;
    RETURN body;
END $$;

CREATE OR REPLACE FUNCTION masked_entry(of_table name, body jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN CASE WHEN of_table IN ('customer', 'contact', 'sales_order', 'quote', 'delivery',
            'change_request')
        THEN masked_body(body) ELSE body END;
END $$;

-- As a column of the table: quote.state.
CREATE OR REPLACE FUNCTION state(asked quote) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN asked.status = 'sent' AND asked.valid_until < office_today()
        THEN 'expired' ELSE asked.status END
$$;

-- Customers that are gone for good: their history is for whoever may view operators.
CREATE OR REPLACE FUNCTION purged_customers() RETURNS integer[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(row_id), '{}') FROM history
        WHERE table_name = 'customer' AND op = 'erase' AND can('operator', 'view'));
END $$;
