-- Is this customer here already? Told while it is typed.

-- What names say of places, and whether they can be one company's.
CREATE OR REPLACE FUNCTION provinces_of(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT {provinces_of_name}
$$;

CREATE OR REPLACE FUNCTION cities_of(name text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT {cities_of_name}
$$;

-- Names of the same core are another company's where they name different places; what is left of a
-- short name (银行) says too little without the place.
CREATE OR REPLACE FUNCTION is_same_company(one text, other text, core text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN cities_of(one) <> '{}' AND cities_of(other) <> '{}'
            THEN cities_of(one) && cities_of(other)
        WHEN provinces_of(one) <> '{}' AND provinces_of(other) <> '{}'
            THEN provinces_of(one) && provinces_of(other)
        ELSE length(core) >= 3 END
$$;

-- The living customers that `doc` may be: each with why, and whose phone it is where that is one of
-- its contacts. `doc` has the id of the customer that is none of them. Not to be called by operators.
CREATE OR REPLACE FUNCTION alike_customers(doc jsonb)
RETURNS TABLE (id integer, owner_id integer, number text, name text, because text, contact text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH typed AS (
        SELECT t.id, t.name, t.sound_key, {core_of_name} AS core, {key_of_phone} AS phone_key,
            {key_of_mobile} AS mobile_key, {key_of_tax_number} AS tax_key
        FROM (SELECT (doc ->> 'id')::integer AS id, doc ->> 'name' AS name, doc ->> 'phone' AS phone,
            doc ->> 'mobile' AS mobile, doc ->> 'tax_number' AS tax_number,
            nullif(doc ->> 'sound_key', '') AS sound_key) t
    )
    SELECT DISTINCT ON (found.because, c.id) c.id, c.owner_id, c.number::text, c.name::text,
        found.because, found.contact::text
    FROM typed t CROSS JOIN LATERAL (
        SELECT k.id, 'tax_number' AS because, NULL AS contact FROM customer k
            WHERE k.tax_key = t.tax_key
        UNION ALL SELECT k.id, 'phone', NULL FROM customer k
            WHERE k.phone_key = t.phone_key OR k.mobile_key = t.phone_key
        UNION ALL SELECT k.id, 'mobile', NULL FROM customer k
            WHERE k.phone_key = t.mobile_key OR k.mobile_key = t.mobile_key
        UNION ALL SELECT p.customer_id, 'phone', p.name FROM contact p
            WHERE (p.phone_key = t.phone_key OR p.mobile_key = t.phone_key) AND p.deleted_at IS NULL
        UNION ALL SELECT p.customer_id, 'mobile', p.name FROM contact p
            WHERE (p.phone_key = t.mobile_key OR p.mobile_key = t.mobile_key)
                AND p.deleted_at IS NULL
        UNION ALL SELECT k.id, 'name', NULL FROM customer k
            WHERE length(t.core) >= 2 AND k.core_name = t.core AND is_same_company(k.name, t.name, t.core)
        UNION ALL SELECT k.id, 'name', NULL FROM customer k
            WHERE k.sound_key = t.sound_key AND is_same_company(k.name, t.name, t.sound_key)
    ) found JOIN customer c ON c.id = found.id
    WHERE c.deleted_at IS NULL AND c.id IS DISTINCT FROM t.id
    ORDER BY found.because, c.id, found.contact NULLS FIRST;
END $$;

-- Sequences are not rolled back, so that nobody guesses on by taking each question back.
CREATE OR REPLACE FUNCTION begin_counting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS public.duplicates_of_%1$s;
        CREATE SEQUENCE IF NOT EXISTS public.imports_of_%1$s', NEW.id);
    RETURN NULL;
END $$;

-- Counts on from `first`, where the present hour or day begins; how far it has come.
CREATE OR REPLACE FUNCTION count_on(counter text, first bigint, points integer) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reached bigint;
BEGIN
    IF to_regclass(counter) IS NULL THEN
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %s', counter);
    END IF;
    reached := (SELECT max(nextval(counter)) FROM generate_series(1, points));
    IF reached < first THEN
        reached := setval(counter, first + points);
    END IF;
    RETURN reached - first;
END $$;

-- Counts against what the asking operator may learn by guessing within an hour: six hundred points.
-- Whether they are within it, these included.
CREATE OR REPLACE FUNCTION count_guess(points integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count_on('public.duplicates_of_' || me(),
        floor(extract(epoch FROM clock_timestamp()) / 3600)::bigint * 100000, points) <= 600
$$;

-- What imports tell of records that the importer does not see: of a day, how many. A file may know
-- thousands of them.
CREATE OR REPLACE FUNCTION count_told(answers integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT count_on('public.imports_of_' || me(),
        (office_today() - date '2000-01-01')::bigint * 10000000, answers) <= 5000
$$;

-- Has the history tell what the counters have counted since it told of it last. Whoever takes back
-- what they asked takes no entry back: the next one to log in writes it.
CREATE OR REPLACE FUNCTION note_told() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    counted record;
    noted jsonb;
BEGIN
    FOR counted IN
        SELECT substr(sequencename, 12)::integer AS person,
            date '2000-01-01' + (last_value / 10000000)::integer AS day,
            (last_value % 10000000)::integer AS n
        FROM pg_sequences WHERE schemaname = 'public' AND last_value >= 10000000
            AND sequencename ~ '^imports_of_\d+$'
    LOOP
        SELECT after INTO noted FROM history WHERE table_name = 'access'
            AND row_id = counted.person AND op = 'told' ORDER BY id DESC LIMIT 1;
        IF (noted ->> 'day')::date IS DISTINCT FROM counted.day
            OR (noted ->> 'n')::integer < counted.n
        THEN
            PERFORM note_access(counted.person, 'told',
                jsonb_build_object('day', counted.day, 'n', counted.n));
        END IF;
    END LOOP;
END $$;

-- Whether there is not enough left of the hour to be told of one more customer.
CREATE OR REPLACE FUNCTION has_guessed_enough() RETURNS boolean
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(pg_sequence_last_value(to_regclass('public.duplicates_of_' || me())), 0)
        - floor(extract(epoch FROM clock_timestamp()) / 3600)::bigint * 100000 > 590
$$;

-- What of it the asking operator is told: of what they see, which it is; of others, that it exists
-- and who owns it, and that for sixty customers an hour at most: after them every question is answered
-- alike, whether there is one or none. Who sees numbers masked could ask for one after the other until
-- it is theirs: each such question counts.
CREATE OR REPLACE FUNCTION find_duplicates(doc jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine integer;
    owners integer[];
    shared integer[] := '{}';
    alike record;
    seen jsonb := '[]';
    answer jsonb := '[]';
    hidden integer := 0;
    enough boolean := has_guessed_enough();
BEGIN
    IF NOT (can('customer', 'create') OR can('customer', 'edit')) THEN
        RAISE EXCEPTION 'you may not enter customers' USING ERRCODE = '42501';
    -- Where it cannot count it must not begin to look: that it fails would be an answer.
    ELSIF current_setting('transaction_read_only') = 'on' THEN
        RAISE EXCEPTION 'not in a transaction that only reads' USING ERRCODE = '42501';
    ELSIF coalesce(doc ->> 'phone', '') || coalesce(doc ->> 'mobile', '') <> ''
        AND NOT can('customer', 'whole') AND NOT count_guess(1)
    THEN
        doc := doc - '{phone,mobile}'::text[];
        enough := true;
    END IF;
    FOR alike IN
        SELECT a.because, a.id, a.number, a.name, a.contact, a.owner_id, o.name AS owner
        FROM alike_customers(doc) a JOIN operator o ON o.id = a.owner_id ORDER BY a.because, a.id
    LOOP
        IF owners IS NULL THEN  -- not asked while there is none, as mostly
            mine := me();
            owners := '{}';
            IF can('customer', 'view') THEN
                owners := visible_operators();
                shared := shared_customers();
            END IF;
        END IF;
        IF alike.owner_id = ANY (owners) OR alike.id = ANY (shared) THEN
            IF jsonb_array_length(seen) < 20 THEN
                seen := seen || jsonb_build_object('because', alike.because, 'id', alike.id,
                    'number', alike.number, 'name', alike.name, 'owner', alike.owner,
                    'contact', coalesce(alike.contact, ''));
            END IF;
            CONTINUE;
        ELSIF hidden >= 5 THEN
            CONTINUE;
        END IF;
        -- Nothing is waited for before it is counted, or giving up the wait would be an answer.
        IF NOT EXISTS (SELECT FROM duplicate_answer d WHERE d.operator_id = mine
            AND d.customer_id = alike.id AND d.because = alike.because
            AND d.at > now() - interval '1 hour')
        THEN
            IF enough OR NOT count_guess(10) THEN
                enough := true;
                CONTINUE;
            END IF;
            INSERT INTO duplicate_answer (operator_id, customer_id, because)
            VALUES (mine, alike.id, alike.because);
        END IF;
        hidden := hidden + 1;
        answer := answer || jsonb_build_object('because', alike.because, 'owner', alike.owner);
    END LOOP;
    RETURN seen || answer || CASE WHEN enough THEN '[{"because": "limit"}]' ELSE '[]' END::jsonb;
END $$;
