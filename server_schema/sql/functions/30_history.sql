-- History and notices: both are written once for each statement, from its transition tables.

-- The change that this transaction is. It was perhaps begun before it had a reason: then `why` is it.
-- An isolated transaction goes by rights as they were when it began, and so changes nothing.
CREATE OR REPLACE FUNCTION current_change(why text DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id bigint;
    said text;
BEGIN
    SELECT id, reason INTO found_id, said FROM change WHERE xid = pg_current_xact_id();
    IF found_id IS NULL THEN
        IF current_setting('transaction_isolation') <> 'read committed' THEN
            RAISE EXCEPTION 'not in an isolated transaction' USING ERRCODE = '42501';
        END IF;
        INSERT INTO change (operator_id, reported_computer, via, reason)
        VALUES (me(),
                nullif(left(current_setting('kehu.computer', true), 100), ''),
                nullif(left(current_setting('kehu.via', true), 40), ''),
                coalesce(why, nullif(left(current_setting('kehu.reason', true), 500), '')))
        RETURNING id INTO found_id;
    ELSIF why IS NOT NULL AND btrim(coalesce(said, '')) = '' THEN
        UPDATE change SET reason = why WHERE id = found_id;
    END IF;
    RETURN found_id;
END $$;

-- Anybody may NOTIFY, so a notice says only which rows to read again.
CREATE OR REPLACE FUNCTION announce(table_name text, op text, ids integer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('kehu', table_name || ':' || op || ':' ||
        CASE WHEN cardinality(ids) > 200 THEN 'many' ELSE array_to_string(ids, ',') END)
    WHERE cardinality(ids) > 0;
END $$;

-- Arguments: the column that names the customer ('' for none), then columns left out. What is private
-- to one operator leaves no entry, which others would read.
CREATE OR REPLACE FUNCTION record_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ids integer[] := (SELECT array_agg(id) FROM new_rows);
    change bigint;
    left_out text[] := TG_ARGV[1:];
BEGIN
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    change := current_change();
    INSERT INTO history (change_id, table_name, row_id, customer_id, op, after)
    SELECT change, TG_TABLE_NAME, n.id, (n.body ->> TG_ARGV[0])::integer, 'insert',
        n.body - left_out
    -- Without its nulls first: most columns are empty, and taking keys out costs by their number.
    FROM (SELECT id, jsonb_strip_nulls(to_jsonb(r)) AS body FROM new_rows r OFFSET 0) n
    WHERE NOT n.body ? 'private_to';
    PERFORM announce(TG_TABLE_NAME, 'insert', ids);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION record_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ids integer[] := (SELECT array_agg(id) FROM old_rows);
BEGIN
    IF ids IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO history (change_id, table_name, row_id, customer_id, op, before)
    SELECT (SELECT current_change()), TG_TABLE_NAME, o.id, (to_jsonb(o) ->> TG_ARGV[0])::integer, 'erase',
        jsonb_strip_nulls(to_jsonb(o) - TG_ARGV[1:])
    FROM old_rows o WHERE to_jsonb(o) ->> 'private_to' IS NULL;
    PERFORM announce(TG_TABLE_NAME, 'delete', ids);
    RETURN NULL;
END $$;

-- Whoever may see a customer reads its history; settings and rights are for administrators.
CREATE OR REPLACE FUNCTION record_history(asked_table name, asked_row integer)
RETURNS TABLE (at timestamptz, who text, via text, reason text, op text, before jsonb, after jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.at, coalesce(o.name, c.who::text), c.via, c.reason, h.op, h.before, h.after
    FROM masked.history h JOIN change c ON c.id = h.change_id LEFT JOIN operator o ON o.id = c.operator_id
    WHERE h.table_name = asked_table AND h.row_id = asked_row ORDER BY h.id DESC
$$;

-- Entries by their ids, the latest first, as they are told: those that the asking operator sees, masked
-- where they read masked. What they may see is asked once for all.
CREATE OR REPLACE FUNCTION told_entries(asked bigint[]) RETURNS SETOF masked.told
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM masked.told t WHERE t.id = ANY (asked) ORDER BY t.id DESC;
END $$;

-- The same of one customer: the latest, or those before an entry.
CREATE OR REPLACE FUNCTION told_of_customer(asked integer, kinds text[], before_id bigint, most integer)
RETURNS SETOF masked.told
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM masked.told t WHERE t.customer_id = asked AND t.table_name = ANY (kinds)
        AND t.id < coalesce(before_id, 9223372036854775807) ORDER BY t.id DESC LIMIT most;
END $$;

-- The latest of all that one sees, or those before an entry. The plan takes as long to make as the
-- entries to read, so it is kept.
CREATE OR REPLACE FUNCTION told_latest(before_id bigint, most integer) RETURNS SETOF masked.told
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY SELECT * FROM masked.told t
        WHERE t.id < coalesce(before_id, 9223372036854775807) ORDER BY t.id DESC LIMIT most;
END $$;
