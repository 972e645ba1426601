-- What every kind of numbered document has: who reads one, how it is saved, and how a step of it
-- begins.

-- The row of a document that one may read, else of nothing but NULLs. It is not masked, so not for
-- operators but for functions that put a document together.
CREATE OR REPLACE FUNCTION readable_{doc}(asked_id integer) RETURNS {head}
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored {head};
BEGIN
    SELECT * INTO stored FROM {head} WHERE id = asked_id;
    IF may_read('{doc}', stored.customer_id, stored.owner_id, stored.deleted_at) THEN
        RETURN stored;
    END IF;
    RETURN NULL;
END $$;

-- What the documents of all kinds say: the head itself, its customer where one may view customers, and
-- phones as one may see them. Asks nothing about the head, so only for one that is readable.
CREATE OR REPLACE FUNCTION {doc}_head(stored {head}) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whole CONSTANT boolean := can('customer', 'whole') OR of_the_server();
    of_customers CONSTANT boolean := can('customer', 'view') OR of_the_server();
BEGIN
    RETURN to_jsonb(stored) - '{deletion_id,lines_version,owed,phone_shown}'::text[]
        || jsonb_build_object({shown}
        'customer', (SELECT jsonb_build_object('id', c.id, 'number', c.number, 'name', c.name,
                'short_name', c.short_name, 'address', c.address,
                'phone', CASE WHEN whole THEN c.phone ELSE c.phone_shown END{terms})
            FROM customer c WHERE c.id = stored.customer_id AND of_customers),
        'created_by_name', (SELECT name FROM operator WHERE id = stored.created_by));
END $$;

-- Saves the head of a stored document where it says anything else than before, with the rights of
-- whoever saves it.
CREATE OR REPLACE FUNCTION update_{doc}(given {head}, loaded_version integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked_id CONSTANT integer := given.id;
    found_one record;
BEGIN
    {first}
    SELECT h.version, h.status, ({stored}) IS DISTINCT FROM ({given}) AS differs
    INTO found_one FROM {head} h WHERE h.id = asked_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '{doc} not found' USING ERRCODE = record_fate('{head}', asked_id);
    ELSIF found_one.version IS DISTINCT FROM loaded_version THEN
        RAISE EXCEPTION 'somebody else saved the {doc}'
            USING ERRCODE = 'KH002', DETAIL = {doc}_document(asked_id)::text;
    ELSIF found_one.status NOT IN ({states}) THEN
        RAISE EXCEPTION 'the {doc} is %', found_one.status
            USING ERRCODE = 'KH004', DETAIL = found_one.status;
    ELSIF found_one.differs OR {phone_differs} THEN
        {emptied}
        UPDATE {head} SET {written} WHERE id = asked_id;
    END IF;
END $$;

-- Locks the document for one step of its life, or says why not.
CREATE OR REPLACE FUNCTION begin_{doc}_step(asked_id integer, loaded_version integer, action text,
    allowed_states text[]) RETURNS {head}
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stored {head};
BEGIN
    -- Top-down: whoever deletes the customer holds it first.
    PERFORM FROM customer c JOIN {head} o ON o.customer_id = c.id WHERE o.id = asked_id
        FOR KEY SHARE OF c;
    {first}
    SELECT * INTO stored FROM {head} WHERE id = asked_id AND deleted_at IS NULL FOR UPDATE;
    IF NOT FOUND OR NOT coalesce(may_see(stored.customer_id, stored.owner_id), false) THEN
        RAISE EXCEPTION '{doc} not found' USING ERRCODE = record_fate('{head}', asked_id);
    ELSIF NOT (can('{doc}', action) AND can('{doc}', 'view')) THEN
        RAISE EXCEPTION 'you may not % this', action USING ERRCODE = '42501';
    ELSIF stored.version IS DISTINCT FROM loaded_version THEN
        RAISE EXCEPTION 'somebody else saved the {doc}'
            USING ERRCODE = 'KH002', DETAIL = {doc}_document(asked_id)::text;
    ELSIF stored.status <> ALL (allowed_states) THEN
        RAISE EXCEPTION 'the {doc} is %', stored.status
            USING ERRCODE = 'KH004', DETAIL = stored.status;
    END IF;
    RETURN stored;
END $$;
