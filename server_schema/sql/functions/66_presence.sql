-- Who is changing a record at this moment. Whoever may not see the record learns nothing of it.

CREATE OR REPLACE FUNCTION may_see_record(asked_kind text, asked_id integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    seen boolean := false;
BEGIN
    IF me() IS NULL THEN
        RETURN false;
    ELSIF asked_kind IN ('customer', 'contact', 'sales_order', 'quote', 'delivery', 'receipt') THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1 AND deleted_at IS NULL
            AND may_see(%I, owner_id))', asked_kind,
            CASE asked_kind WHEN 'customer' THEN 'id' ELSE 'customer_id' END)
            INTO seen USING asked_id;
        RETURN seen AND can(module_of(asked_kind), 'view');
    END IF;
    -- What every operator reads.
    RETURN asked_kind IN ('product', 'region', 'department', 'operator', 'setting', 'number_rule',
        'rights_role', {code_tables});
END $$;

CREATE OR REPLACE FUNCTION tell_presence(asked_kind text, asked_id integer) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_notify('kehu', 'presence.' || asked_kind || ':update:' || asked_id)
$$;

-- I am typing in this record. Called at most once a minute and form; more often, nothing is written.
CREATE OR REPLACE FUNCTION here_i_am(asked_kind text, asked_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT may_see_record(asked_kind, asked_id) THEN
        RAISE EXCEPTION 'not yours' USING ERRCODE = 'KH003';
    END IF;
    INSERT INTO presence AS p (kind, row_id, operator_id) VALUES (asked_kind, asked_id, me())
    ON CONFLICT (kind, row_id, operator_id) DO UPDATE SET typed_at = excluded.typed_at,
        since = CASE WHEN p.typed_at < clock_timestamp() - interval '12 hours'
            THEN excluded.since ELSE p.since END
    WHERE p.typed_at < clock_timestamp() - interval '30 seconds';
    IF FOUND THEN
        PERFORM tell_presence(asked_kind, asked_id);
    END IF;
END $$;

-- Saved, undone or closed; without a record, gone from everywhere: a program that starts says so,
-- since the one before may have ended without a word.
CREATE OR REPLACE FUNCTION gone(asked_kind text, asked_id integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH was AS (
        DELETE FROM presence WHERE operator_id = me()
            AND (asked_kind IS NULL OR (kind = asked_kind AND row_id = asked_id))
        RETURNING kind, row_id)
    SELECT tell_presence(kind, row_id) FROM was
$$;

-- The others who are changing a record. Whoever has no session at all has gone without a word, by a
-- crash or a broken line.
CREATE OR REPLACE FUNCTION who_is_here(asked_kind text, asked_id integer)
RETURNS TABLE (name text, since timestamptz, typing boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.name::text, p.since, p.typed_at > clock_timestamp() - interval '2 minutes'
    FROM presence p JOIN operator o ON o.id = p.operator_id
    WHERE p.kind = asked_kind AND p.row_id = asked_id AND p.operator_id <> me()
        AND p.typed_at > clock_timestamp() - interval '12 hours'
        AND may_see_record(asked_kind, asked_id)
        AND EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = current_database()
            AND a.usename = '{p}.' || o.login)
    ORDER BY p.since
$$;
