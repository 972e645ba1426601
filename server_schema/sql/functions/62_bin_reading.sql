-- The bin as one reads it, and what leaves it for good. The readers see, under the caller's own
-- policies, what the caller could see anyway: nothing of others' records, nor their counts.

-- How a deleted row is called: an SQL expression over its table.
CREATE OR REPLACE FUNCTION title_in_bin(kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN kind IN ('order_line', 'quote_line') THEN 'product_name'
        WHEN kind IN ('sales_order', 'quote', 'delivery', 'receipt') THEN 'coalesce(number, '''')'
        WHEN kind IN ('delivery_line', 'receipt_allocation') THEN '''''' ELSE 'name' END
$$;

-- Whether records of a kind have a code of their own, and belong to no customer.
CREATE OR REPLACE FUNCTION is_coded(kind text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT module_of(kind) IN ('settings', 'product')
$$;

-- Every deletion before `before_id` (NULL: from the last), the latest first: the record it was for
-- and its customer, how many rows it took by kind, when, and who did it.
CREATE OR REPLACE FUNCTION bin_list(before_id bigint, how_many integer)
RETURNS TABLE (deletion bigint, kind text, row_id integer, title text, customer text, taken jsonb,
    at timestamptz, who text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET kehu.bin = 'on' AS $$
BEGIN
    RETURN QUERY EXECUTE format('
        WITH every AS MATERIALIZED (%s), counted AS (
            SELECT c.deletion_id, jsonb_object_agg(c.kind, c.n) AS taken FROM (
                SELECT e.deletion_id, e.kind, count(*) AS n FROM every e GROUP BY 1, 2) c
            GROUP BY 1 ORDER BY 1 DESC LIMIT $2
        ), first AS (
            SELECT DISTINCT ON (e.deletion_id) e.* FROM every e JOIN counted USING (deletion_id)
            ORDER BY e.deletion_id DESC, e.place, e.id
        )
        SELECT f.deletion_id, f.kind, f.id, f.title, c.name::text, n.taken, f.deleted_at,
            o.name::text
        FROM first f JOIN counted n USING (deletion_id)
        LEFT JOIN customer c ON c.id = f.customer_id LEFT JOIN operator o ON o.id = f.deleted_by
        ORDER BY f.deletion_id DESC', (
            SELECT string_agg(format('SELECT %L AS kind, %s AS place, r.deletion_id, r.id,
                (%s)::text AS title, %s AS customer_id, r.deleted_at, r.deleted_by FROM %I r
                WHERE r.deletion_id IS NOT NULL AND ($1 IS NULL OR r.deletion_id < $1)',
                k.kind, k.place, title_in_bin(k.kind),
                CASE WHEN is_coded(k.kind) OR k.kind = 'customer' THEN 'NULL::integer'
                    ELSE 'r.customer_id' END, k.kind), ' UNION ALL ')
            FROM unnest(binned_kinds()) WITH ORDINALITY k (kind, place)))
        USING before_id, how_many;
END $$;

-- What would go along with these records if they were deleted: numbers of rows by kind.
CREATE OR REPLACE FUNCTION deletion_extent(asked_kind text, ids integer[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    child record;
    n integer;
    found jsonb := '{}';
BEGIN
    FOR child IN SELECT * FROM parts_of(asked_kind) LOOP
        EXECUTE format('SELECT count(*) FROM %I WHERE %I = ANY ($1) AND deleted_at IS NULL',
            child.part, child.by_column) INTO n USING ids;
        IF n > 0 THEN
            found := found || jsonb_build_object(child.part, n);
        END IF;
    END LOOP;
    RETURN found;
END $$;

-- What stands in the way of bringing a deletion back: codes and names that living records have
-- now, a customer that is deleted, goods that other deliveries take by now.
CREATE OR REPLACE FUNCTION restore_clashes(bin bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET kehu.bin = 'on' AS $$
DECLARE
    one text;
    label text;
    met jsonb;
    found jsonb := '[]';
BEGIN
    FOREACH one IN ARRAY binned_kinds() LOOP
        FOREACH label IN ARRAY '{code,name}'::text[] LOOP
            CONTINUE WHEN NOT is_coded(one)
                OR to_regclass(format('public.%I', one || '_' || label || '_key')) IS NULL;
            EXECUTE format('SELECT jsonb_agg(jsonb_build_object(''what'', %2$L, ''kind'', %1$L,
                    ''id'', d.id, ''value'', d.%2$I, ''title'', d.name, ''by'', t.name))
                FROM %1$I d JOIN %1$I t ON t.%2$I = d.%2$I AND t.deleted_at IS NULL
                    AND to_jsonb(t) ->> ''private_to'' IS NULL
                WHERE d.deletion_id = $1', one, label) INTO met USING bin;
            found := found || coalesce(met, '[]');
        END LOOP;
        CONTINUE WHEN one NOT IN ('contact', 'sales_order', 'quote', 'delivery', 'receipt');
        EXECUTE format('SELECT jsonb_agg(DISTINCT jsonb_build_object(''what'', ''customer'',
                ''kind'', ''customer'', ''id'', c.id, ''title'', c.name))
            FROM %I d JOIN customer c ON c.id = d.customer_id AND c.deleted_at IS NOT NULL
            WHERE d.deletion_id = $1 AND c.deletion_id <> $1', one) INTO met USING bin;
        found := found || coalesce(met, '[]');
    END LOOP;
    SELECT jsonb_agg(jsonb_build_object('what', 'planned', 'kind', 'delivery', 'id', l.delivery_id,
        'title', g.product_name)) INTO met
    FROM delivery_line l JOIN order_line g ON g.id = l.order_line_id
    WHERE l.deletion_id = bin AND l.quantity + planned_quantity(g.id, l.id) > g.quantity;
    RETURN found || coalesce(met, '[]');
END $$;

-- Living customers that those to come back may be: of others' that they exist and whose they are.
CREATE OR REPLACE FUNCTION restore_alike(bin bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one customer;
    found jsonb := '[]';
BEGIN
    IF can('customer', 'create') OR can('customer', 'edit') THEN
        FOR one IN SELECT * FROM customer c WHERE c.deletion_id = bin AND merge_of(bin) IS NULL
            AND may_see(c.id, c.owner_id) ORDER BY c.id LIMIT 20
        LOOP
            found := found || (SELECT coalesce(jsonb_agg(
                    a || jsonb_build_object('title', one.name)), '[]')
                FROM jsonb_array_elements(find_duplicates(to_jsonb(one))) a);
        END LOOP;
    END IF;
    RETURN found;
END $$;

-- References of what comes back to records that are deleted themselves, and stay so; that to the
-- customer into which another one was merged, only if that one is erased.
CREATE OR REPLACE FUNCTION restore_lacks(bin bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET kehu.bin = 'on' AS $$
DECLARE
    link record;
    met jsonb;
    found jsonb := '[]';
BEGIN
    FOR link IN
        SELECT k.kind, a.attname AS by_column, t.relname AS target FROM unnest(binned_kinds()) k (kind)
        JOIN pg_constraint c ON c.conrelid = to_regclass(format('public.%I', k.kind))
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_class t ON t.oid = c.confrelid
        WHERE c.contype = 'f' AND cardinality(c.conkey) = 1 AND t.relname = ANY (binned_kinds())
    LOOP
        EXECUTE format('SELECT jsonb_agg(DISTINCT jsonb_build_object(''kind'', %L, ''column'', %L,
                ''target'', %L, ''title'', (SELECT %s FROM %I t WHERE t.id = d.%I)))
            FROM %I d WHERE d.deletion_id = $1 AND EXISTS (SELECT FROM %I t WHERE t.id = d.%I
                AND t.deleted_at IS NOT NULL AND t.deletion_id <> $1)',
            link.kind, link.by_column, link.target, title_in_bin(link.target), link.target,
            link.by_column, link.kind, link.target, link.by_column) INTO met USING bin;
        found := found || coalesce(met, '[]');
    END LOOP;
    RETURN found || (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', 'customer',
            'column', 'merged_into', 'target', 'customer', 'title', c.name)), '[]')
        FROM customer c
        WHERE c.deletion_id = bin AND c.merged_into IS NOT NULL AND merge_of(bin) IS NULL);
END $$;

-- The deletion that took a record away; NULL where it is not in the bin, or not to be seen.
CREATE OR REPLACE FUNCTION deletion_of(asked_kind text, asked_id integer) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET kehu.bin = 'on' AS $$
DECLARE
    found bigint;
BEGIN
    IF asked_kind = ANY (binned_kinds()) THEN
        EXECUTE format('SELECT deletion_id FROM %I WHERE id = $1', asked_kind)
            INTO found USING asked_id;
    END IF;
    RETURN found;
END $$;

-- What one deletion took, with what lies in the bin already and hangs on it: ids by kind.
CREATE OR REPLACE FUNCTION rows_to_purge(bin bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one text;
    child record;
    ids integer[];
    more integer[];
    found jsonb := '{}';
BEGIN
    FOREACH one IN ARRAY binned_kinds() LOOP
        EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM %I
            WHERE deletion_id = $1 OR id IN (SELECT value::integer FROM jsonb_array_elements_text($2))',
            one) INTO ids USING bin, coalesce(found -> one, '[]');
        CONTINUE WHEN ids = '{}';
        found := jsonb_set(found, ARRAY[one], to_jsonb(ids));
        FOR child IN SELECT * FROM parts_of(one) LOOP
            EXECUTE format('SELECT array_agg(id) FROM %I WHERE %I = ANY ($1)
                AND deleted_at IS NOT NULL', child.part, child.by_column) INTO more USING ids;
            found := jsonb_set(found, ARRAY[child.part],
                coalesce(found -> child.part, '[]') || coalesce(to_jsonb(more), '[]'));
        END LOOP;
    END LOOP;
    RETURN found;
END $$;

-- What other tables keep of erased records: that there was something stays, what it was goes.
CREATE OR REPLACE FUNCTION forget_erased(erased jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    customers CONSTANT integer[] := ARRAY(
        SELECT e::integer FROM jsonb_array_elements_text(erased -> 'customer') e);
BEGIN
    DELETE FROM share WHERE customer_id = ANY (customers);
    DELETE FROM group_member WHERE customer_id = ANY (customers);
    DELETE FROM change_request WHERE customer_id = ANY (customers);
    DELETE FROM print_log p WHERE p.customer_id = ANY (customers)
        OR p.kind <> 'statement' AND erased -> table_of(p.kind) @> to_jsonb(p.row_id);
    DELETE FROM presence p WHERE erased -> p.kind @> to_jsonb(p.row_id);
    DELETE FROM duplicate_answer WHERE customer_id = ANY (customers);
    UPDATE handover_item SET number = '', name = '', open_orders = 0, outstanding = 0, elsewhere = ''
    WHERE customer_id = ANY (customers);
    UPDATE customer_merge SET fields = (
        SELECT coalesce(jsonb_object_agg(f, 'null'::jsonb), '{}') FROM jsonb_object_keys(fields) f)
    WHERE kept_id = ANY (customers) OR dropped_id = ANY (customers);
END $$;

-- The customers that others were merged into, however many times.
CREATE OR REPLACE FUNCTION merged_above(ids integer[]) RETURNS integer[]
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE above AS (
        SELECT merged_into AS id FROM customer WHERE id = ANY (ids)
        UNION SELECT c.merged_into FROM customer c JOIN above a ON c.id = a.id
    )
    SELECT ARRAY(SELECT id FROM above WHERE id IS NOT NULL)
$$;

-- For good: the rows are erased, their last values stay in the history, unless `and_history`. Nothing
-- that a numbered document or any other record still points at is erased.
CREATE OR REPLACE FUNCTION purge_records(bin bigint, why text, and_history boolean DEFAULT false)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    taken jsonb;
    one text;
    ids integer[];
    link record;
    hidden boolean;
    n integer;
    total integer := 0;
    above integer[];
BEGIN
    IF NOT EXISTS (SELECT FROM operator WHERE id = me() AND rights = 'administrator') THEN
        RAISE EXCEPTION 'only an administrator erases records' USING ERRCODE = '42501';
    ELSIF coalesce(btrim(why), '') = '' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = 'KH005', COLUMN = 'purge_reason';
    END IF;
    PERFORM set_config('kehu.reason', left(btrim(why), 500), true);
    taken := rows_to_purge(bin);
    -- With those they were merged into, which change as well: in one order, as undoing a merge does.
    ids := ARRAY(SELECT e::integer FROM jsonb_array_elements_text(taken -> 'customer') e);
    PERFORM FROM customer WHERE id = ANY (ids || merged_above(ids)) ORDER BY id FOR UPDATE;
    FOR one, ids IN
        SELECT k, ARRAY(SELECT e::integer FROM jsonb_array_elements_text(taken -> k) e)
        FROM unnest(binned_kinds()) WITH ORDINALITY b (k, place) WHERE taken ? k ORDER BY place
    LOOP
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE id = ANY ($1)
            AND deleted_at IS NOT NULL ORDER BY id FOR UPDATE) held', one) INTO n USING ids;
        IF n < cardinality(ids) THEN
            RAISE EXCEPTION 'somebody has brought it back or erased it' USING ERRCODE = 'KH001';
        END IF;
        IF NOT is_coded(one) THEN
            EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = ANY ($1)
                AND owner_id <> ALL (visible_operators()))', one) INTO hidden USING ids;
            IF hidden THEN
                RAISE EXCEPTION 'not all of it is yours' USING ERRCODE = 'KH003';
            END IF;
        END IF;
        IF is_numbered(one, ids) THEN
            RAISE EXCEPTION 'it has a numbered document'
                USING ERRCODE = 'KH004', DETAIL = 'numbered';
        END IF;
        FOR link IN
            SELECT c.conrelid::regclass AS child, t.relname AS name, a.attname AS by_column
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.confrelid = to_regclass(format('public.%I', one))
                AND t.relname NOT IN ('share', 'group_member', 'change_request', 'print_log')
        LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = ANY ($1)
                AND NOT $2 ? id::text)', link.child, link.by_column) INTO hidden
                USING ids, (SELECT coalesce(jsonb_object_agg(e, 0), '{}')
                    FROM jsonb_array_elements_text(taken -> link.name) e);
            IF hidden THEN
                RAISE EXCEPTION 'something points at it: %', link.name
                    USING ERRCODE = 'KH004', DETAIL = 'pointed_at';
            END IF;
        END LOOP;
    END LOOP;
    above := merged_above(ARRAY(
        SELECT e::integer FROM jsonb_array_elements_text(taken -> 'customer') e));
    PERFORM forget_erased(taken);
    FOR one IN SELECT k FROM unnest(binned_kinds()) WITH ORDINALITY b (k, place)
        WHERE taken ? k ORDER BY place DESC
    LOOP
        EXECUTE format('DELETE FROM %I WHERE id IN (
            SELECT e::integer FROM jsonb_array_elements_text($1) e)', one) USING taken -> one;
        GET DIAGNOSTICS n = ROW_COUNT;
        total := total + n;
    END LOOP;
    IF total = 0 THEN
        RAISE EXCEPTION 'nothing to erase' USING ERRCODE = 'KH001';
    END IF;
    -- They are not found by its number any more.
    UPDATE customer SET haystack = haystack WHERE id = ANY (above);
    IF and_history THEN
        PERFORM redact_erased(taken, why);
    END IF;
    RETURN total;
END $$;
