-- Whose customers are within departments and regions is kept, for whoever has such a scope.

CREATE OR REPLACE FUNCTION by_number(owners integer[]) RETURNS boolean[]
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner integer;
    seen boolean[] := array_fill(false, ARRAY[coalesce(owners[cardinality(owners)], 0)]);
BEGIN
    FOREACH owner IN ARRAY owners LOOP
        seen[owner] := true;
    END LOOP;
    RETURN seen;
END $$;

-- Of two who move somebody at once, each would not know of the other: the second waits, and then reads
-- what the first has committed. Held before the groups are.
CREATE OR REPLACE FUNCTION hold_reach() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    LOCK TABLE reach IN SHARE ROW EXCLUSIVE MODE;
END $$;

CREATE OR REPLACE FUNCTION work_out_reach() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    others integer[];
BEGIN
    PERFORM hold_reach();
    WITH worked_out AS (
        INSERT INTO reach (operator_id, owners, seen)
        SELECT o.id, o.owners, by_number(o.owners)
        FROM (SELECT id, operators_in_scope(id) AS owners FROM operator
            WHERE scope IN ('department', 'chosen') OFFSET 0) o
        ON CONFLICT (operator_id) DO UPDATE SET owners = excluded.owners, seen = excluded.seen
        WHERE reach.owners <> excluded.owners
        RETURNING operator_id)
    SELECT array_agg(operator_id) INTO others FROM worked_out;
    PERFORM announce('reach', 'update', others);
    DELETE FROM reach r USING operator o
    WHERE o.id = r.operator_id AND o.scope NOT IN ('department', 'chosen');
END $$;

CREATE OR REPLACE FUNCTION follow_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM work_out_reach();
    RETURN NULL;
END $$;

-- To whom something is lent, or no longer: their programs alone look at what they still see.
CREATE OR REPLACE FUNCTION announce_reach() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said jsonb[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        said := ARRAY(SELECT to_jsonb(r) FROM new_rows r);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        said := said || ARRAY(SELECT to_jsonb(r) FROM old_rows r);
    END IF;
    PERFORM announce('reach', 'update', ARRAY(
        SELECT DISTINCT coalesce(s ->> 'deputy_id', s ->> 'operator_id')::integer
        FROM unnest(said) s));
    RETURN NULL;
END $$;
