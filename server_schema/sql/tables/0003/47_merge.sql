-- Two customers that were one: what the kept one took over, so that it can be taken back. Read and
-- written through functions only.

-- The customer that took over from this one, which is in the bin since. No key: that one may be erased.
ALTER TABLE customer ADD merged_into integer;
CREATE INDEX customer_merged_into_idx ON customer (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE customer_merge (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    by_id integer NOT NULL REFERENCES operator (id),
    kept_id integer NOT NULL,
    dropped_id integer NOT NULL,
    reason varchar(500) NOT NULL,
    moved jsonb NOT NULL,
    fields jsonb NOT NULL,
    moving xid8,
    change_id bigint NOT NULL,
    undone_at timestamptz,
    undone_by integer REFERENCES operator (id),
    undo_change_id bigint,
    stayed jsonb,
    CONSTRAINT customer_merge_reason_check CHECK (reason <> ''),
    CONSTRAINT customer_merge_two_check CHECK (kept_id <> dropped_id)
);
COMMENT ON COLUMN customer_merge.moved IS 'Ids by table; lines and parts follow their documents.';
COMMENT ON COLUMN customer_merge.fields IS 'Of the kept customer, by name: before and after.';
COMMENT ON COLUMN customer_merge.moving IS 'The transaction that moves now; null as soon as it has.';
COMMENT ON COLUMN customer_merge.stayed IS 'What the undoing left: numbers by table, names of fields.';
CREATE INDEX customer_merge_moving_idx ON customer_merge (moving) WHERE moving IS NOT NULL;
CREATE INDEX customer_merge_dropped_id_idx ON customer_merge (dropped_id);
