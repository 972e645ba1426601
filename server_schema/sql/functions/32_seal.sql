-- The chain over history. `server_schema/chain.py` works out anew what is hashed here, and trusts no
-- function of the database for it. Columns added later are covered wherever they are not empty.

-- One more batch, or nothing where nothing is new. Who calls it holds the lock of `seal_history`, or
-- has loaded what no transaction of this cluster has written, and says so.
CREATE OR REPLACE FUNCTION add_seal(most integer, after_restore boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC' SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    before seal;
    made seal;
    cut xid8;
    fresh bigint[];
    hashed bytea;
    seed bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
BEGIN
    SELECT * INTO before FROM seal ORDER BY id DESC LIMIT 1;
    IF before.id IS NULL AND after_restore THEN
        RETURN;  -- the first batch will have it all
    END IF;
    made.sealed_at := clock_timestamp();  -- a moment before the snapshot, never after it
    made.snapshot := finished_by(NULL);
    IF before.id IS NULL THEN
        SELECT xid INTO cut FROM change WHERE xid IS NOT NULL ORDER BY xid OFFSET most LIMIT 1;
    ELSIF NOT after_restore THEN
        SELECT greatest(xid, pg_snapshot_xmax(before.snapshot)) INTO cut FROM change
        WHERE xid >= pg_snapshot_xmin(before.snapshot)
            AND NOT pg_visible_in_snapshot(xid, before.snapshot)
        ORDER BY xid OFFSET most LIMIT 1;
    END IF;
    IF cut IS NOT NULL THEN
        made.snapshot := finished_by(cut);
    END IF;
    IF before.id IS NULL THEN
        SELECT array_agg(id) INTO fresh FROM change
        WHERE xid IS NULL OR pg_visible_in_snapshot(xid, made.snapshot);
    ELSE
        SELECT array_agg(id) INTO fresh FROM change
        WHERE xid >= pg_snapshot_xmin(before.snapshot)
            AND NOT pg_visible_in_snapshot(xid, before.snapshot)
            AND (after_restore OR pg_visible_in_snapshot(xid, made.snapshot));
        IF after_restore THEN
            fresh := fresh || (SELECT array_agg(id) FROM change
                WHERE xid IS NULL AND id > before.last_change);
        END IF;
    END IF;
    IF fresh IS NULL AND NOT after_restore THEN
        RETURN;
    END IF;

    SELECT count(*), coalesce(string_agg(
        int8send(c.id) || int8send(coalesce(c.xid, '0')::text::bigint) || sha256(int8send(c.id)
            || convert_to(jsonb_strip_nulls(to_jsonb(c) - '{id,xid}'::text[])::text, 'UTF8')),
        '' ORDER BY c.id), '')
    INTO made.changes, made.content FROM change c WHERE c.id = ANY (fresh);
    SELECT count(*),
        coalesce(string_agg(int8send(e.id) || sha256(int8send(e.id)
            || convert_to(e.envelope, 'UTF8') || sha256(e.salt || convert_to(e.body, 'UTF8'))),
            '' ORDER BY e.id), ''),
        coalesce(string_agg(e.salt, '' ORDER BY e.id), '')
    INTO made.entries, hashed, made.salts
    FROM (
        SELECT h.id, substr(sha256(seed || int8send(h.id)), 1, 16) AS salt,
            jsonb_strip_nulls(to_jsonb(h) - '{id,before,after,body_sha256}'::text[])::text
                AS envelope,
            jsonb_build_array(h.before, h.after)::text AS body
        FROM history h WHERE h.change_id = ANY (fresh)
    ) e;

    made.id := coalesce(before.id, 0) + 1;
    made.last_change := greatest(before.last_change, (SELECT max(f) FROM unnest(fresh) f), 0);
    made.kind := CASE WHEN after_restore THEN 'restore' WHEN cut IS NULL THEN 'whole' ELSE 'part' END;
    made.content := made.content || hashed;
    made.previous := coalesce(before.digest,
        (SELECT sha256(convert_to(office_id::text, 'UTF8')) FROM installation));
    made.digest := sha256(made.previous || convert_to(jsonb_build_array(made.id,
        made.sealed_at AT TIME ZONE 'UTC', made.snapshot::text, made.kind,
        made.last_change, made.changes, made.entries)::text, 'UTF8') || made.content);
    INSERT INTO seal SELECT made.*;
END $$;

-- Which transactions have ended, those from `cut` on left out. The own one may write more.
CREATE OR REPLACE FUNCTION finished_by(cut xid8) RETURNS pg_snapshot
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    WITH own AS (
        SELECT pg_current_xact_id() AS xid, pg_current_snapshot() AS taken
    ), ending AS (
        SELECT least(cut, pg_snapshot_xmax(taken)) AS xmax FROM own
    ), running AS (
        SELECT r FROM (
            SELECT pg_snapshot_xip(taken) FROM own UNION SELECT xid FROM own
        ) listed (r), ending WHERE r < xmax
    )
    SELECT concat_ws(':', coalesce((SELECT r FROM running ORDER BY r LIMIT 1), xmax), xmax,
        coalesce((SELECT string_agg(r::text, ',' ORDER BY r) FROM running), ''))::pg_snapshot
    FROM ending
$$;

-- The chain's head, after what is committed has been sealed, about `most` changes at a time; with 0
-- the head alone. Two never wait for each other: the second is told the head as it was. An isolated
-- transaction is told it too: it would seal, under the clock of now, what it saw when it began.
CREATE OR REPLACE FUNCTION seal_history(most integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC' AS $$
BEGIN
    IF most > 0 AND current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM end_late();  -- every program at work asks once a minute
        -- A row that only functions reach; an advisory lock could be held by anybody.
        PERFORM FROM installation FOR UPDATE SKIP LOCKED;
        IF FOUND THEN
            PERFORM add_seal(most, false);
        END IF;
    END IF;
    RETURN (SELECT jsonb_build_object('office', i.office_id, 'seal', s.id,
            'digest', encode(s.digest, 'hex'), 'sealed_at', s.sealed_at)
        FROM seal s, installation i ORDER BY s.id DESC LIMIT 1);
END $$;

-- Where an entry stands in which batch, counted from 0; nothing where it is not sealed yet. Entries
-- stand in the order of their ids, and only what was committed late is not in the first batch asked.
CREATE OR REPLACE FUNCTION place_of(asked bigint, OUT seal_id bigint, OUT place integer)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    batch record;
    low integer;
    high integer;
    found_id bigint;
BEGIN
    FOR batch IN SELECT s.id, s.changes, s.entries FROM seal s
        WHERE s.last_change >= (SELECT change_id FROM history WHERE id = asked) ORDER BY s.id
    LOOP
        low := 0;
        high := batch.entries - 1;
        WHILE low <= high LOOP
            place := (low + high) / 2;
            SELECT ('x' || encode(substr(s.content, batch.changes * 48 + place * 40 + 1, 8), 'hex'))
                ::bit(64)::bigint INTO found_id FROM seal s WHERE s.id = batch.id;
            IF found_id = asked THEN
                seal_id := batch.id;
                RETURN;
            ELSIF found_id < asked THEN
                low := place + 1;
            ELSE
                high := place - 1;
            END IF;
        END LOOP;
    END LOOP;
    place := NULL;
END $$;

-- Takes the contents of a sealed entry away for good. Their hash stands for them in the chain, and
-- an entry of its own tells who did it and why.
CREATE OR REPLACE FUNCTION redact_history(asked bigint, why text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_entry history;
    batch bigint;
    salt_at integer;
    told bigint;
BEGIN
    IF NOT (of_the_server()
        OR EXISTS (SELECT FROM operator WHERE id = me() AND rights = 'administrator'))
    THEN
        RAISE 'not yours' USING ERRCODE = 'KH003';
    ELSIF coalesce(btrim(why), '') = '' THEN
        RAISE 'no reason' USING ERRCODE = 'KH005', COLUMN = 'reason';
    END IF;
    SELECT * INTO found_entry FROM history WHERE id = asked FOR UPDATE;
    IF found_entry.id IS NULL THEN
        RAISE 'gone' USING ERRCODE = 'KH001';
    ELSIF found_entry.body_sha256 IS NOT NULL OR found_entry.op = 'redact' THEN
        RAISE 'redacted already' USING ERRCODE = 'KH004';
    END IF;
    SELECT seal_id, place * 16 + 1 INTO batch, salt_at FROM place_of(asked);
    IF batch IS NULL THEN
        RAISE 'not sealed yet' USING ERRCODE = 'KH004';
    END IF;
    PERFORM FROM seal WHERE id = batch FOR UPDATE;
    UPDATE history h SET before = NULL, after = NULL, body_sha256 = (
        SELECT sha256(substr(salts, salt_at, 16)
            || convert_to(jsonb_build_array(h.before, h.after)::text, 'UTF8'))
        FROM seal WHERE id = batch)
    WHERE h.id = asked;
    UPDATE seal SET salts = overlay(salts PLACING decode(repeat('00', 16), 'hex') FROM salt_at)
    WHERE id = batch;
    INSERT INTO history (change_id, table_name, row_id, customer_id, op, after)
    VALUES (current_change(), found_entry.table_name, found_entry.row_id, found_entry.customer_id,
        'redact', jsonb_build_object('entry', asked, 'reason', left(btrim(why), 500)))
    RETURNING id INTO told;
    RETURN told;
END $$;

CREATE OR REPLACE FUNCTION is_there(kind text, asked_id integer) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', kind)
        INTO found_one USING asked_id;
    RETURN found_one;
END $$;

-- What the history holds of records that are gone for good: `erased` has their ids by table. Of an
-- erased customer all entries, but those of records that went to another one and live on. Answers
-- with how many entries it emptied. Not to be called by operators.
CREATE OR REPLACE FUNCTION redact_erased(erased jsonb, why text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own CONSTANT bigint := current_change();
    entry record;
    n integer := 0;
BEGIN
    -- Only what is sealed can be emptied so that the chain still holds; nothing new in an isolated
    -- transaction, which is refused then.
    IF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM FROM installation FOR UPDATE;
        PERFORM add_seal(2147483647, false);
    END IF;
    FOR entry IN
        WITH about AS MATERIALIZED (
            SELECT h.* FROM jsonb_each(erased) r CROSS JOIN jsonb_array_elements_text(r.value) e
                JOIN history h ON h.table_name = r.key::name AND h.row_id = e::integer
            UNION SELECT h.* FROM jsonb_array_elements_text(erased -> 'customer') e
                JOIN history h ON h.customer_id = e::integer
        )
        SELECT a.id, a.change_id FROM about a WHERE a.op <> 'redact'
            AND (a.before IS NOT NULL OR a.after IS NOT NULL) AND NOT is_there(a.table_name, a.row_id)
        ORDER BY a.id
    LOOP
        n := n + 1;
        IF entry.change_id = own THEN  -- never sealed with it
            UPDATE history SET before = NULL, after = NULL WHERE id = entry.id;
        ELSE
            PERFORM redact_history(entry.id, why);
        END IF;
    END LOOP;
    RETURN n;
END $$;

-- The same, later, for what was erased at once with one record. Answers with how many entries.
CREATE OR REPLACE FUNCTION redact_purge(kind text, asked_id integer, why text) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    erased jsonb;
BEGIN
    SELECT jsonb_object_agg(g.table_name, g.ids) INTO erased FROM (
        SELECT h.table_name, jsonb_agg(h.row_id) AS ids FROM history h WHERE h.op = 'erase'
            AND h.change_id = (SELECT max(l.change_id) FROM history l
                WHERE l.table_name = kind AND l.row_id = asked_id AND l.op = 'erase')
        GROUP BY h.table_name) g;
    IF erased IS NULL OR is_there(kind, asked_id) THEN
        RAISE 'not erased' USING ERRCODE = 'KH001';
    END IF;
    PERFORM set_config('kehu.reason', left(btrim(why), 500), true);
    RETURN redact_erased(erased, why);
END $$;
