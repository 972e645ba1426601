-- Columns, the readers' groups and the view of whole entries are put in by `policies`.
-- A list of the latest entries must not read all there are behind a barrier: it is the reader's own,
-- and each entry it shows is read once more, from the view with the rules, for what it says.
ALTER VIEW masked.history RENAME TO entry;
CREATE VIEW masked.history WITH (security_invoker) AS
    SELECT {columns},
        (SELECT e.before FROM masked.entry e WHERE e.id = r.id) AS before,
        (SELECT e.after FROM masked.entry e WHERE e.id = r.id) AS after
    FROM public.history r;
ALTER VIEW masked.history OWNER TO {p}_owner;
GRANT SELECT ON masked.history TO {readers};
-- Functions tell from this, which nobody is granted: its rule is no barrier, so that an index gives
-- the latest first.
CREATE VIEW masked.told WITH (security_invoker) AS
    SELECT e.id, c.at, coalesce(o.name, c.who::text) AS who,
        concat_ws(' ', c.reported_computer, CASE WHEN c.address <<= '127.0.0.0/8'
            OR c.address = '::1' THEN NULL ELSE host(c.address) END) AS computer,
        c.via, c.reason, e.table_name::text AS table_name, e.row_id, e.customer_id, e.op,
        e.before::text AS before, e.after::text AS after
    FROM ({entry}) e JOIN public.change c ON c.id = e.change_id
        LEFT JOIN public.operator o ON o.id = c.operator_id
            AND (o.deleted_at IS NULL OR current_setting('kehu.bin', true) = 'on');
ALTER VIEW masked.told OWNER TO {p}_owner;
