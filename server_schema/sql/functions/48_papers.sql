-- What was printed, the office's pictures, and the proof that no number is missing.

-- Answers with how often the document has been printed, this time included.
CREATE OR REPLACE FUNCTION log_print(asked_kind text, asked_id integer, details jsonb)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_customer integer;
    of_owner integer;
BEGIN
    IF asked_kind NOT IN ('quote', 'order', 'delivery', 'receipt', 'statement')
        OR NOT can(CASE asked_kind WHEN 'statement' THEN 'receipt' ELSE asked_kind END, 'print')
    THEN
        RAISE EXCEPTION 'you may not print this' USING ERRCODE = '42501';
    ELSIF asked_kind = 'statement' THEN
        SELECT id, owner_id INTO of_customer, of_owner FROM customer WHERE id = asked_id;
    ELSE
        EXECUTE format('SELECT customer_id, owner_id FROM %I WHERE id = $1', table_of(asked_kind))
            INTO of_customer, of_owner USING asked_id;
    END IF;
    IF of_customer IS NULL OR NOT may_see(of_customer, of_owner) THEN
        RAISE EXCEPTION 'not yours' USING ERRCODE = 'KH003';
    END IF;
    INSERT INTO print_log (kind, row_id, customer_id, owner_id, operator_id, way, paper, language,
        printer)
    VALUES (asked_kind, asked_id, of_customer, of_owner, me(), coalesce(details ->> 'way', 'pdf'),
        left(details ->> 'paper', 12), left(details ->> 'language', 8),
        left(details ->> 'printer', 120));
    RETURN prints_of(asked_kind, asked_id);
END $$;

CREATE OR REPLACE FUNCTION prints_of(asked_kind text, asked_id integer) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count(*)::integer FROM print_log WHERE kind = asked_kind AND row_id = asked_id
$$;

-- A picture never changes: papers of long ago may show it.
CREATE OR REPLACE FUNCTION add_picture(content bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id integer;
BEGIN
    IF NOT can('settings', 'edit') THEN
        RAISE EXCEPTION 'you may not change the settings' USING ERRCODE = '42501';
    END IF;
    INSERT INTO picture (content) VALUES (add_picture.content)
    ON CONFLICT (sha256) DO NOTHING RETURNING id INTO found_id;
    RETURN coalesce(found_id,
        (SELECT id FROM picture p WHERE p.sha256 = sha256(add_picture.content)));
END $$;

-- Every number that the rule counted in a period, in order. A row in the state missing is a gap. Of
-- what one may not see, no more than that the number is given.
CREATE OR REPLACE FUNCTION number_series(asked_kind text, asked_period text)
RETURNS TABLE (counted integer, counted_to integer, number text, row_id integer, state text,
    on_date date, reason text, operator text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF asked_kind NOT IN ('order', 'quote', 'delivery', 'receipt') OR NOT can(asked_kind, 'view')
    THEN
        RAISE EXCEPTION 'you may not view this' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY EXECUTE format(
        'WITH given AS (
            SELECT t.counted, t.counted_to, t.number, t.row_id,
                lag(t.counted_to, 1, 0) OVER (ORDER BY t.counted) + 1 AS expected
            FROM (SELECT k.counted, k.counted_to, k.number, k.row_id FROM number_taken k
                  WHERE k.kind = $1 AND k.period = $2
                  UNION ALL SELECT c.last + 1, c.last + 1, NULL, NULL FROM number_counter c
                  WHERE c.kind = $1 AND c.period = $2) t)
        SELECT g.expected, g.counted - 1, NULL, NULL::integer, ''missing'', NULL::date, NULL, NULL
        FROM given g WHERE g.counted > g.expected
        UNION ALL
        SELECT g.counted, g.counted_to, g.number, CASE WHEN s.seen THEN d.id END,
            CASE WHEN g.row_id IS NULL THEN ''passed'' WHEN s.seen THEN d.status::text
                ELSE ''hidden'' END,
            CASE WHEN s.seen THEN d.%1$I END, CASE WHEN s.seen THEN d.%2$I::text END,
            CASE WHEN s.seen THEN o.name::text END
        FROM given g LEFT JOIN %3$I d ON d.id = g.row_id
        LEFT JOIN operator o ON o.id = d.created_by
        LEFT JOIN LATERAL (SELECT d.owner_id = ANY ($3) OR d.customer_id = ANY ($4) AS seen) s
            ON true
        WHERE g.number IS NOT NULL
        ORDER BY 1',
        CASE asked_kind WHEN 'order' THEN 'order_date' WHEN 'quote' THEN 'quote_date'
            WHEN 'receipt' THEN 'receipt_date' ELSE 'planned_on' END,
        CASE asked_kind WHEN 'quote' THEN 'decide_reason' WHEN 'receipt' THEN 'void_reason'
            ELSE 'cancel_reason' END,
        table_of(asked_kind))
    USING asked_kind, asked_period, visible_operators(), shared_customers();
END $$;

-- The periods in which numbers of a kind were counted, the latest first.
CREATE OR REPLACE FUNCTION number_periods(asked_kind text) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(period ORDER BY period DESC), '{}') FROM number_counter
    WHERE kind = asked_kind AND can(asked_kind, 'view')
$$;
