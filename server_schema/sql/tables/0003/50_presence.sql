-- Who is changing which record at this moment: a hint, never a lock. Nothing is lost with it.

CREATE UNLOGGED TABLE presence (
    kind varchar(30) NOT NULL,
    row_id integer NOT NULL,
    operator_id integer NOT NULL REFERENCES operator (id),
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    typed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (kind, row_id, operator_id)
);
