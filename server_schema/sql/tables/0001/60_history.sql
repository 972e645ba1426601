-- Who changed what. Written by triggers, never altered by those it records.

CREATE TABLE change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    who name NOT NULL DEFAULT session_user,
    operator_id integer,
    address inet DEFAULT inet_client_addr(),
    reported_computer text,
    via text,
    reason text,
    xid xid8 UNIQUE DEFAULT pg_current_xact_id()
);
COMMENT ON COLUMN change.xid IS
    'The transaction that is writing; of no meaning in another cluster, so emptied by a restore.';

CREATE TABLE history (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    change_id bigint NOT NULL REFERENCES change (id),
    table_name name NOT NULL,
    row_id integer NOT NULL,
    customer_id integer,
    op varchar(8) NOT NULL,
    before jsonb,
    after jsonb
);
CREATE INDEX history_row_idx ON history (table_name, row_id, id);
CREATE INDEX history_customer_id_idx ON history (customer_id, id);
CREATE INDEX history_change_id_idx ON history (change_id);

CREATE SEQUENCE deletion_number AS bigint;
