-- The history of what is updated: only what has changed. Rows of before and after are joined in full,
-- which is done by hashing or merging: with another join a plan kept from one row would compare
-- many with each other.
CREATE OR REPLACE FUNCTION record_update_{table}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ids integer[];
    told boolean;
BEGIN
    -- Writing an entry begins with much to be set up.
    SELECT array_agg(n.id), {told} INTO ids, told FROM {looked_at};
    IF told THEN
        INSERT INTO history (change_id, table_name, row_id, customer_id, op, before, after)
        SELECT (SELECT current_change()), TG_TABLE_NAME, r.id, r.customer, r.op,
            concat('{', r.before, '}')::jsonb, concat('{', r.after, '}')::jsonb
        FROM (
            SELECT n.id, {customer} AS customer, {op} AS op, concat_ws(',', {before}) AS before,
                concat_ws(',', {after}) AS after
            FROM {compared} {public} OFFSET 0
        ) r WHERE r.after <> '';
    END IF;
    PERFORM announce(TG_TABLE_NAME, 'update', ids);
    RETURN NULL;
END $$;
