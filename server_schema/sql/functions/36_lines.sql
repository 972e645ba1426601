-- The lines of a priced document: what they keep of a product, and what they amount to.

-- A line follows its document, and keeps the product's words as they were at the sale.
CREATE OR REPLACE FUNCTION prepare_{line}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    own CONSTANT text[] := '{owner_id,customer_id,reduction,amount,tax_amount}';
    parent record;
    goods record;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - own = to_jsonb(OLD) - own THEN
        RETURN NEW;  -- carried along by its customer's new owner, or spread over anew
    END IF;
    -- Locked, so that the document's state stays while its lines change.
    SELECT customer_id, owner_id, status, number_source INTO parent
    FROM {head} WHERE id = coalesce(NEW.{key}, OLD.{key}) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such document for you' USING ERRCODE = 'KH003';
    ELSIF parent.status NOT IN ({open}) AND parent.number_source IS DISTINCT FROM 'importing' THEN
        RAISE EXCEPTION 'the document is %', parent.status
            USING ERRCODE = 'KH004', DETAIL = parent.status;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.customer_id := parent.customer_id;
    NEW.owner_id := parent.owner_id;
    IF TG_OP = 'INSERT' OR NEW.product_id <> OLD.product_id THEN
        SELECT * INTO goods FROM product WHERE id = NEW.product_id;
        IF NOT FOUND OR NOT (goods.active AND goods.deleted_at IS NULL)
            AND parent.number_source IS DISTINCT FROM 'importing'
        THEN
            RAISE EXCEPTION 'the product is not sold any more' USING ERRCODE = 'KH005',
                COLUMN = 'product_id', DETAIL = coalesce(goods.code, NEW.product_code, '');
        END IF;
        NEW.product_code := coalesce(NEW.product_code, goods.code);
        NEW.product_name := coalesce(NEW.product_name, goods.name);
        NEW.specification := coalesce(NEW.specification, goods.specification);
        NEW.unit := coalesce(NEW.unit, goods.unit);
    END IF;
    RETURN NEW;
END $$;

-- Takes the document's discount and what is wiped off from its lines, each its share to the cent
-- and the rest from the largest. Reckoned in whole cents: a quotient of numerics is not exact.
CREATE OR REPLACE FUNCTION spread_{line}s(documents integer[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH base AS (
        SELECT l.id, l.{key} AS document, l.position, l.reduction,
            100 * round(l.quantity * l.unit_price * (1 - l.discount), 2) AS cents
        FROM {line} l WHERE l.{key} = ANY (documents)
    ), whole AS (
        SELECT o.id, s.cents, CASE WHEN s.cents = 0 THEN 0 ELSE
            round(s.cents * o.whole_discount, 0) + 100 * o.wipe_off END AS taken
        FROM {head} o JOIN (SELECT document, sum(cents) AS cents FROM base GROUP BY document) s
            ON s.document = o.id
    ), part AS (
        SELECT b.*, w.taken, row_number() OVER (PARTITION BY b.document
                ORDER BY abs(b.cents) DESC, b.position, b.id) AS place,
            CASE WHEN w.cents = 0 THEN 0 ELSE sign(w.taken * b.cents * w.cents)
                * div(2 * abs(w.taken * b.cents) + abs(w.cents), 2 * abs(w.cents)) END AS share
        FROM base b JOIN whole w ON w.id = b.document
    ), given AS (
        SELECT id, reduction, 0.01 * (share + CASE WHEN place = 1
            THEN taken - sum(share) OVER (PARTITION BY document) ELSE 0 END) AS share
        FROM part
    )
    UPDATE {line} l SET reduction = g.share FROM given g
    WHERE l.id = g.id AND l.reduction <> g.share
$$;

-- The total is always the sum of the stored lines, whoever wrote them. Locked by a statement of its
-- own: the sum then also sees lines that somebody else committed while this one waited.
CREATE OR REPLACE FUNCTION sum_{line}s(documents integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reduced integer[];
BEGIN
    PERFORM FROM {head} WHERE id = ANY (documents) ORDER BY id FOR NO KEY UPDATE;
    reduced := ARRAY(SELECT o.id FROM {head} o WHERE o.id = ANY (documents)
        AND (o.whole_discount <> 0 OR o.wipe_off <> 0 OR EXISTS (
            SELECT FROM {line} l WHERE l.{key} = o.id AND l.reduction <> 0)));
    IF cardinality(reduced) > 0 THEN
        PERFORM spread_{line}s(reduced);
    END IF;
    UPDATE {head} o SET total = s.total, tax_total = s.tax, lines_version = lines_version + 1,
        {reopened}
    FROM (SELECT a.id, coalesce(sum(l.amount), 0) AS total, coalesce(sum(l.tax_amount), 0) AS tax
          FROM unnest(documents) a (id) LEFT JOIN {line} l ON l.{key} = a.id GROUP BY a.id) s
    WHERE o.id = s.id AND o.deleted_at IS NULL;  -- what is in the bin stays as it was
END $$;

CREATE OR REPLACE FUNCTION {line}_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sum_{line}s(array_agg(DISTINCT {key} ORDER BY {key})) FROM new_rows HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {line}_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sum_{line}s(array_agg(DISTINCT n.{key} ORDER BY n.{key}))
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE n.version <> o.version HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {line}_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM sum_{line}s(array_agg(DISTINCT {key} ORDER BY {key})) FROM old_rows HAVING count(*) > 0;
    RETURN NULL;
END $$;

-- Another discount on the whole is taken from the lines anew.
CREATE OR REPLACE FUNCTION respread_{head}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.whole_discount, NEW.wipe_off) IS DISTINCT FROM (OLD.whole_discount, OLD.wipe_off) THEN
        PERFORM sum_{line}s(ARRAY[NEW.id]);
    END IF;
    RETURN NULL;
END $$;

-- The rules for all lines are those for their document, so it is asked once for all of them. Who may
-- not change documents gives lines to the one that the same transaction has made.
CREATE OR REPLACE FUNCTION save_{line}s(document integer, lines jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine CONSTANT integer := me();
    fresh boolean;
BEGIN
    SELECT o.created_at = now() AND o.created_by = mine INTO fresh
    FROM {head} o WHERE o.id = document AND o.deleted_at IS NULL
        AND (may_see(o.customer_id, o.owner_id) OR of_the_server()) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such document for you' USING ERRCODE = 'KH003';
    ELSIF NOT (can('{doc}', 'view') AND (can('{doc}', 'edit') OR fresh AND can('{doc}', 'create'))
        OR of_the_server())
    THEN
        RAISE EXCEPTION 'you may not change this' USING ERRCODE = '42501';
    END IF;
    IF EXISTS (SELECT FROM {line} l WHERE l.{key} = document) THEN
        DELETE FROM {line} l WHERE l.{key} = document AND l.deleted_at IS NULL
            AND l.id NOT IN (SELECT (e ->> 'id')::integer FROM jsonb_array_elements(lines) e
                             WHERE e ->> 'id' IS NOT NULL);
        UPDATE {line} l SET position = g.position, product_id = g.product_id,
            product_code = g.code, product_name = g.name, specification = g.specification,
            unit = g.unit, quantity = g.quantity, unit_price = g.unit_price,
            discount = coalesce(g.discount, 0), tax_rate = coalesce(g.tax_rate, 0),
            remarks = g.remarks
        FROM jsonb_to_recordset(lines) AS g (id integer, position integer, product_id integer,
            code text, name text, specification text, unit text, quantity numeric,
            unit_price numeric, discount numeric, tax_rate numeric, remarks text)
        WHERE l.{key} = document AND l.id = g.id AND l.deleted_at IS NULL
            AND (l.position, l.product_id, l.product_code, l.product_name, l.specification, l.unit,
                 l.quantity, l.unit_price, l.discount, l.tax_rate, l.remarks)
                IS DISTINCT FROM
                (g.position, g.product_id, g.code::varchar, g.name::varchar,
                 g.specification::varchar, g.unit::varchar, g.quantity, g.unit_price,
                 coalesce(g.discount, 0), coalesce(g.tax_rate, 0), g.remarks::varchar);
    END IF;
    INSERT INTO {line} ({key}, position, product_id, product_code, product_name,
        specification, unit, quantity, unit_price, discount, tax_rate, remarks, created_by)
    SELECT document, g.position, g.product_id, g.code, g.name, g.specification, g.unit, g.quantity,
        g.unit_price, coalesce(g.discount, 0), coalesce(g.tax_rate, 0), g.remarks, mine
    FROM jsonb_to_recordset(lines) AS g (id integer, position integer, product_id integer,
        code text, name text, specification text, unit text, quantity numeric, unit_price numeric,
        discount numeric, tax_rate numeric, remarks text)
    WHERE g.id IS NULL  -- or the id is another document's: a copied line is a line as well
        OR NOT EXISTS (SELECT FROM {line} l
            WHERE l.{key} = document AND l.id = g.id AND l.deleted_at IS NULL)
    ORDER BY g.position;
END $$;

-- The lines as a document shows them.
CREATE OR REPLACE FUNCTION {line}_list(document integer) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(listed ORDER BY listed.position, listed.id), '[]') FROM (
        SELECT l.id, l.position, l.product_id, l.product_code AS code, l.product_name AS name,
            l.specification, l.unit, l.quantity, l.unit_price, l.discount, l.tax_rate, l.reduction,
            l.amount, l.tax_amount, l.remarks
        FROM {line} l WHERE l.{key} = document AND (l.deleted_at IS NULL OR bin_on())) listed);
END $$;
