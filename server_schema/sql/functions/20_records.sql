-- What happens to every record on its way in: stamps, numbers, owners, search text.

-- Arguments: names of columns that are not the user's own and so do not raise the version.
CREATE OR REPLACE FUNCTION stamp_record() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    -- Without arguments TG_ARGV is NULL, and adds nothing.
    left_out CONSTANT text[] := '{version,created_by,created_at,changed_by,changed_at}' || TG_ARGV;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.version := 1;
        -- No operator is granted created_by: who fills it is a function of ours or a superuser.
        IF NEW.created_by IS NULL THEN
            NEW.created_by := me();
            IF NEW.created_by IS NOT NULL THEN
                NEW.created_at := now();
            END IF;
        END IF;
        NEW.changed_by := NEW.created_by;
        NEW.changed_at := NEW.created_at;
    ELSE
        NEW.created_by := OLD.created_by;
        NEW.created_at := OLD.created_at;
        NEW.version := OLD.version;
        NEW.changed_by := OLD.changed_by;
        NEW.changed_at := OLD.changed_at;
        IF to_jsonb(NEW) - left_out IS DISTINCT FROM to_jsonb(OLD) - left_out THEN
            -- A document's lines come after it in the transaction that makes it: nobody has seen it
            -- without them.
            IF OLD.created_at IS DISTINCT FROM now() OR NOT to_jsonb(NEW) ? 'lines_version' THEN
                NEW.version := OLD.version + 1;
            END IF;
            NEW.changed_by := coalesce(me(), OLD.changed_by);
            NEW.changed_at := now();
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- With a time zone that there is not, no day could be told any more and nobody would see anything; in a
-- currency that there is not nothing can be sold. Once there are documents theirs stays the office's: what
-- customers owe is added up in that one.
CREATE OR REPLACE FUNCTION guard_setting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.key = 'time_zone' THEN
        BEGIN
            PERFORM set_config('TimeZone', NEW.value #>> '{}', true);  -- as programs will, who connect
        EXCEPTION WHEN invalid_parameter_value THEN
            RAISE EXCEPTION 'no such time zone' USING ERRCODE = 'KH005', COLUMN = 'time_zone',
                DETAIL = NEW.value #>> '{}';
        END;
    ELSIF NEW.key = 'currency' THEN
        IF (NEW.value #>> '{}') !~ '^[A-Z]{3}$' THEN
            RAISE EXCEPTION 'no currency' USING ERRCODE = '22023';
        ELSIF TG_OP = 'UPDATE' AND NEW.value <> OLD.value
            AND (EXISTS (SELECT FROM sales_order WHERE deleted_at IS NULL)
                OR EXISTS (SELECT FROM quote WHERE deleted_at IS NULL)
                OR EXISTS (SELECT FROM receipt WHERE deleted_at IS NULL))
        THEN
            RAISE EXCEPTION 'there are documents'
                USING ERRCODE = 'KH004', DETAIL = 'currency_used';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND jsonb_typeof(NEW.value) <> jsonb_typeof(OLD.value)
        AND 'null' NOT IN (jsonb_typeof(NEW.value), jsonb_typeof(OLD.value))
    THEN
        RAISE EXCEPTION 'a setting of another kind' USING ERRCODE = '22023';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION padded(counted integer, digits integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lpad(counted::text, greatest(digits, length(counted::text)), '0')
$$;

CREATE OR REPLACE FUNCTION format_number(asked_kind text, period text, counted integer)
RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT prefix
        || CASE date_part WHEN '' THEN '' ELSE to_char(office_today(), date_part) || '-' END
        || padded(counted, digits)
    FROM number_rule WHERE kind = asked_kind);
END $$;

CREATE OR REPLACE FUNCTION number_period(asked_kind text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE reset WHEN 'year' THEN to_char(office_today(), 'YYYY')
        WHEN 'month' THEN to_char(office_today(), 'YYYYMM')
        WHEN 'day' THEN to_char(office_today(), 'YYYYMMDD') ELSE '' END
    FROM number_rule WHERE kind = asked_kind);
END $$;

-- Takes the next numbers of a kind. The counter's row is held until commit, which is what makes
-- numbers without gaps: call it last. Answers with the first counted number.
CREATE OR REPLACE FUNCTION take_numbers(asked_kind text, how_many integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reached integer;
BEGIN
    INSERT INTO number_counter AS c (kind, period, last)
    VALUES (asked_kind, number_period(asked_kind), how_many)
    ON CONFLICT (kind, period) DO UPDATE SET last = c.last + excluded.last
    RETURNING last INTO reached;
    RETURN reached - how_many + 1;
END $$;

CREATE OR REPLACE FUNCTION table_of(kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE kind WHEN 'order' THEN 'sales_order' ELSE kind END
$$;

-- A number that the rule has not used yet; imported numbers may stand in its way. Which document
-- got which is kept, so that it can be shown that none is missing.
CREATE OR REPLACE FUNCTION next_number(asked_kind text, document integer DEFAULT NULL) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    counted integer;
    made text;
    taken boolean;
BEGIN
    LOOP
        counted := take_numbers(asked_kind, 1);
        made := format_number(asked_kind, '', counted);
        IF made IS NULL THEN
            RAISE EXCEPTION 'no number rule for %', asked_kind USING ERRCODE = 'KH005';
        END IF;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE number = $1)', table_of(asked_kind))
            INTO taken USING made;
        IF document IS NOT NULL THEN
            INSERT INTO number_taken (kind, period, counted, counted_to, number, row_id)
            VALUES (asked_kind, number_period(asked_kind), counted, counted, made,
                CASE WHEN taken THEN NULL ELSE document END);
        END IF;
        EXIT WHEN NOT taken;
    END LOOP;
    RETURN made;
END $$;

-- New customers get a number, and belong to whoever enters them: neither column is ever granted.
CREATE OR REPLACE FUNCTION prepare_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.owner_id = 0 THEN
            NEW.owner_id := coalesce(me(), (SELECT id FROM operator WHERE built_in));
        END IF;
        IF NEW.number = '' THEN
            NEW.number := next_number('customer');
        END IF;
    ELSIF NEW.search_key IS NOT DISTINCT FROM OLD.search_key
        AND (NEW.name, NEW.short_name, NEW.address, NEW.phone, NEW.mobile) IS DISTINCT FROM
            (OLD.name, OLD.short_name, OLD.address, OLD.phone, OLD.mobile)
    THEN
        NEW.search_key := NULL;  -- stale; doctor and the program know what lacks it
        NEW.sort_key := NULL;
        NEW.sound_key := NULL;
    END IF;
    IF NEW.deleted_at IS NULL THEN
        NEW.merged_into := NULL;
    END IF;
    -- The numbers of customers that were merged into it find it as well. Phones stand last.
    NEW.haystack := concat_ws(E'\n', lower(NEW.number),
        CASE WHEN TG_OP = 'UPDATE' THEN merged_numbers(NEW.id) END,
        coalesce(NEW.search_key, lower(concat_ws(E'\n', NEW.name, NEW.short_name, NEW.address))
            || E'\n\x1f\n' || lower(concat_ws(E'\n', NEW.phone, NEW.mobile))));
    RETURN NEW;
END $$;

-- Whose a living customer is that one may read; nothing of another. Keeps it from being deleted or
-- handed over until the end of the transaction.
CREATE OR REPLACE FUNCTION hold_customer(asked_id integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owner integer;
BEGIN
    SELECT owner_id INTO owner FROM customer WHERE id = asked_id AND deleted_at IS NULL
        AND (may_see(id, owner_id) AND can('customer', 'view') OR of_the_server()) FOR KEY SHARE;
    RETURN owner;
END $$;

-- Why one does not find a customer, what hangs on it or a document: it is somebody else's, or deleted.
CREATE OR REPLACE FUNCTION record_fate(kind text, asked_id integer) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_fate text;
BEGIN
    IF kind IN ('customer', 'contact', 'sales_order', 'quote', 'delivery', 'receipt') THEN
        EXECUTE format('SELECT CASE WHEN me() IS NULL OR NOT may_see(%I, owner_id) THEN ''KH003''
            WHEN deleted_at IS NOT NULL THEN ''KH001'' ELSE ''42501'' END FROM %I WHERE id = $1',
            CASE kind WHEN 'customer' THEN 'id' ELSE 'customer_id' END, kind)
            INTO found_fate USING asked_id;
    END IF;
    RETURN coalesce(found_fate, 'KH001');
END $$;

-- A record hangs on a living customer that its writer can see: owner_id follows from it.
CREATE OR REPLACE FUNCTION take_owner() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = session_user THEN  -- not carried along, and not an import
        NEW.owner_id := hold_customer(NEW.customer_id);
    ELSE
        SELECT owner_id INTO NEW.owner_id FROM customer
        WHERE id = NEW.customer_id AND deleted_at IS NULL;
    END IF;
    IF NEW.owner_id IS NULL THEN
        RAISE EXCEPTION 'no such customer for you' USING COLUMN = 'customer_id',
            ERRCODE = CASE record_fate('customer', NEW.customer_id)
                WHEN 'KH001' THEN 'KH001' ELSE 'KH003' END,
            DETAIL = coalesce(kept_customer(NEW.customer_id)::text, '');
    ELSIF TG_OP = 'UPDATE' AND NEW.customer_id <> OLD.customer_id AND current_user = session_user
        AND OLD.owner_id <> ALL (CASE WHEN NEW.owner_id = OLD.owner_id THEN visible_operators()
            ELSE operators_to_give() END)
    THEN
        -- What hangs on a customer that is only shared is not taken away from it, and what is lent
        -- stays its owner's.
        RAISE EXCEPTION 'not yours to take along' USING ERRCODE = 'KH003', COLUMN = 'customer_id';
    END IF;
    RETURN NEW;
END $$;

-- Whose customer and whose group it is stands in the member's row, where the policies judge it after
-- this: thousands are put into a group at once, for which asking row by row is too slow. What is
-- not there is made nobody's, so that it is refused as what one does not see.
CREATE OR REPLACE FUNCTION prepare_member() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT owner_id INTO NEW.owner_id FROM customer
    WHERE id = NEW.customer_id AND deleted_at IS NULL;
    NEW.owner_id := coalesce(NEW.owner_id, 0);
    SELECT private_to INTO NEW.private_to FROM customer_group
    WHERE id = NEW.group_id AND deleted_at IS NULL;
    IF NOT FOUND THEN
        NEW.private_to := 0;
    END IF;
    RETURN NEW;
END $$;
