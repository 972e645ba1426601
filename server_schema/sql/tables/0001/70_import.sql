-- Rows on their way in. Operators may only add to it; the import functions read their own.

CREATE UNLOGGED TABLE import_row (
    job integer NOT NULL,
    row integer NOT NULL,
    cells jsonb NOT NULL,
    who name NOT NULL DEFAULT session_user
);
CREATE INDEX import_row_job_idx ON import_row (job);

CREATE SEQUENCE import_job AS integer CYCLE;
