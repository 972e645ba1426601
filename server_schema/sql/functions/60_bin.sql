-- Hand-over and recycle bin: what no column grant allows, each with its own check.

-- Without a reason of its own it has the transaction's.
CREATE OR REPLACE FUNCTION assign_customers(ids integer[], new_owner integer, why text DEFAULT '')
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moved integer;
BEGIN
    IF NOT can('customer', 'assign') THEN
        RAISE EXCEPTION 'you may not assign customers' USING ERRCODE = '42501';
    ELSIF NOT EXISTS (SELECT FROM operator WHERE id = new_owner AND active AND deleted_at IS NULL)
    THEN
        RAISE EXCEPTION 'not an active operator' USING ERRCODE = 'KH005', COLUMN = 'owner_id';
    END IF;
    PERFORM FROM customer WHERE id = ANY (ids) AND deleted_at IS NULL
        AND owner_id = ANY ((SELECT operators_to_give())::integer[])
    ORDER BY id FOR NO KEY UPDATE;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> cardinality(ARRAY(SELECT DISTINCT unnest(ids))) THEN
        RAISE EXCEPTION 'not all of these customers are yours to assign' USING ERRCODE = 'KH003';
    END IF;
    IF btrim(coalesce(why, '')) <> '' THEN
        PERFORM set_config('kehu.reason', btrim(why), true);
    END IF;
    UPDATE customer SET owner_id = new_owner WHERE id = ANY (ids) AND owner_id <> new_owner;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END $$;

CREATE OR REPLACE FUNCTION module_of(kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN kind IN ('customer', 'contact') THEN 'customer'
        WHEN kind IN ('sales_order', 'order_line') THEN 'order'
        WHEN kind IN ('quote', 'quote_line') THEN 'quote'
        WHEN kind IN ('delivery', 'delivery_line') THEN 'delivery'
        WHEN kind IN ('receipt', 'receipt_allocation') THEN 'receipt'
        WHEN kind = 'product' THEN 'product' ELSE 'settings' END
$$;

-- What hangs on a kind of record: its tables, and the column by which they do.
CREATE OR REPLACE FUNCTION parts_of(kind text) RETURNS TABLE (part text, by_column text)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.part, p.by_column FROM (VALUES
        ('customer', 'contact', 'customer_id'),
        ('customer', 'sales_order', 'customer_id'), ('customer', 'order_line', 'customer_id'),
        ('customer', 'quote', 'customer_id'), ('customer', 'quote_line', 'customer_id'),
        ('customer', 'receipt', 'customer_id'),
        ('customer', 'receipt_allocation', 'customer_id'),
        ('customer', 'delivery', 'customer_id'), ('customer', 'delivery_line', 'customer_id'),
        ('sales_order', 'order_line', 'order_id'), ('quote', 'quote_line', 'quote_id'),
        ('delivery', 'delivery_line', 'delivery_id'),
        ('receipt', 'receipt_allocation', 'receipt_id')) p (kind, part, by_column)
    WHERE p.kind = parts_of.kind
$$;

-- Whether one of the documents, or a document of one of the customers, has its number.
CREATE OR REPLACE FUNCTION is_numbered(kind text, ids integer[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    document text;
    found_one boolean;
BEGIN
    FOREACH document IN ARRAY '{sales_order,quote,delivery,receipt}'::text[] LOOP
        CONTINUE WHEN kind NOT IN (document, 'customer');
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = ANY ($1) AND number IS NOT NULL)',
            document, CASE kind WHEN 'customer' THEN 'customer_id' ELSE 'id' END)
            INTO found_one USING ids;
        IF found_one THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- Is any living row pointing at this one?
CREATE OR REPLACE FUNCTION in_use(kind text, asked_id integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link record;
    used boolean;
BEGIN
    FOR link IN
        SELECT c.conrelid::regclass AS child, a.attname AS column_name FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND c.confrelid = to_regclass('public.' || quote_ident(kind))
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I = $1 AND deleted_at IS NULL)',
            link.child, link.column_name) INTO used USING asked_id;
        IF used THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- Refuses where records cannot go to the bin: before one is asked whether they shall, and, with the
-- rows held, when they do.
CREATE OR REPLACE FUNCTION check_deletion(kind text, ids integer[], hold boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    n integer;
BEGIN
    IF kind NOT IN ('customer', 'contact', 'sales_order', 'quote', 'delivery', 'receipt',
            'product', 'region', 'department', 'customer_group', {code_tables})
        OR NOT (can(module_of(kind), 'delete') AND can(module_of(kind), 'view')) THEN
        RAISE EXCEPTION 'you may not delete %', kind USING ERRCODE = '42501';
    END IF;
    EXECUTE format('SELECT count(*) FROM (SELECT FROM %I WHERE id = ANY ($1)
        AND deleted_at IS NULL AND %s %s) mine', kind,
        CASE WHEN module_of(kind) NOT IN ('settings', 'product')
            THEN 'owner_id = ANY ((SELECT visible_operators())::integer[])'
            WHEN kind = 'customer_group' THEN 'private_to IS NULL' ELSE 'true' END,
        CASE WHEN hold THEN 'ORDER BY id FOR UPDATE' ELSE '' END) INTO n USING ids;
    IF n <> cardinality(ARRAY(SELECT DISTINCT unnest(ids))) THEN
        RAISE EXCEPTION 'not found' USING ERRCODE = 'KH003';
    ELSIF is_numbered(kind, ids) THEN
        RAISE EXCEPTION 'it has a numbered document' USING ERRCODE = 'KH004',
            DETAIL = CASE kind WHEN 'customer' THEN 'customer_numbered' ELSE 'numbered' END;
    -- A group goes with whoever is in it: that somebody is need not be known to who deletes it.
    ELSIF module_of(kind) IN ('settings', 'product') AND kind <> 'customer_group'
        AND EXISTS (SELECT FROM unnest(ids) i WHERE in_use(kind, i))
    THEN
        RAISE EXCEPTION 'it is in use' USING ERRCODE = 'KH006';
    END IF;
END $$;

-- To the bin, with what hangs on it. Answers with the deletion's number, by which it comes back.
CREATE OR REPLACE FUNCTION delete_records(kind text, ids integer[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bin bigint := nextval('deletion_number');
    child record;
BEGIN
    PERFORM check_deletion(kind, ids, true);
    EXECUTE format('UPDATE %I SET deleted_at = now(), deleted_by = me(), deletion_id = $2
        WHERE id = ANY ($1)', kind) USING ids, bin;
    FOR child IN SELECT * FROM parts_of(kind) LOOP
        EXECUTE format('UPDATE %I SET deleted_at = now(), deleted_by = me(), deletion_id = $2
            WHERE %I = ANY ($1) AND deleted_at IS NULL', child.part, child.by_column)
            USING ids, bin;
    END LOOP;
    RETURN bin;
END $$;

-- All kinds that go to the bin, each before what hangs on it.
CREATE OR REPLACE FUNCTION binned_kinds() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY[{binned}]
$$;

-- The kinds of which a deletion took something. Asked in one statement, whose plan is kept.
CREATE OR REPLACE FUNCTION kinds_taken(bin bigint) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN array_remove(ARRAY[{found_in_bin}], NULL);
END $$;

-- Everything that one deletion took away comes back. Answers with how many rows. `renamed` gives
-- another code or name where a living record has it now: {"region": {"7": {"code": "GZ2"}}}.
CREATE OR REPLACE FUNCTION restore_records(bin bigint, renamed jsonb DEFAULT '{}') RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind text;
    coded boolean;
    n integer;
    hidden integer;
    orphaned integer := 0;
    total integer := 0;
BEGIN
    IF merge_of(bin) IS NOT NULL THEN
        PERFORM unmerge_customers(merge_of(bin));
        RETURN 1;
    END IF;
    FOREACH kind IN ARRAY kinds_taken(bin) LOOP
        coded := module_of(kind) IN ('settings', 'product');
        -- Held before it is asked whose it is: somebody may be erasing it, bringing it back or giving
        -- it away. Its customer first, as everybody holds them.
        IF kind IN ('contact', 'sales_order', 'quote', 'delivery', 'receipt') THEN
            EXECUTE format('SELECT count(deleted_at) FROM (SELECT c.deleted_at FROM %I k
                JOIN customer c ON c.id = k.customer_id WHERE k.deletion_id = $1
                ORDER BY c.id FOR KEY SHARE OF c) held', kind) INTO orphaned USING bin;
        END IF;
        EXECUTE format('SELECT count(*), count(*) FILTER (WHERE NOT %s) FROM (SELECT * FROM %I
            WHERE deletion_id = $1 ORDER BY id FOR NO KEY UPDATE) held', CASE WHEN coded THEN 'true'
            ELSE 'owner_id = ANY ((SELECT visible_operators())::integer[])' END, kind)
            INTO n, hidden USING bin;
        IF hidden > 0 OR NOT (can(module_of(kind), 'restore') AND can(module_of(kind), 'view')) THEN
            RAISE EXCEPTION 'you may not restore %', kind USING ERRCODE = '42501';
        ELSIF orphaned > 0 THEN
            RAISE EXCEPTION 'its customer is deleted'
                USING ERRCODE = 'KH004', DETAIL = 'customer_deleted';
        END IF;
        EXECUTE format('UPDATE %I SET deleted_at = NULL, deleted_by = NULL, deletion_id = NULL %s
            WHERE deletion_id = $1', kind, CASE WHEN coded AND renamed ? kind THEN
            CASE kind WHEN 'customer_group' THEN ''
                ELSE ', code = coalesce($2 #>> ARRAY[id::text, ''code''], code)' END
            || ', name = coalesce($2 #>> ARRAY[id::text, ''name''], name)' ELSE '' END)
            USING bin, renamed -> kind;
        total := total + n;
    END LOOP;
    IF total = 0 THEN
        RAISE EXCEPTION 'nothing to restore' USING ERRCODE = 'KH001';
    END IF;
    RETURN total;
END $$;
