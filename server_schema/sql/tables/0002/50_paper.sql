-- What papers need: pictures of the office, and a log of what was printed.

CREATE TABLE picture (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 bytea NOT NULL GENERATED ALWAYS AS (sha256(content)) STORED,
    content bytea NOT NULL,
    CONSTRAINT picture_sha256_key UNIQUE (sha256),
    CONSTRAINT picture_content_check CHECK (octet_length(content) BETWEEN 1 AND 2097152)
);

CREATE TABLE print_log (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind varchar(12) NOT NULL,
    row_id integer NOT NULL,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    operator_id integer REFERENCES operator (id),
    way varchar(8) NOT NULL,
    paper varchar(12),
    language varchar(8),
    printer varchar(120),
    CONSTRAINT print_log_kind_check
        CHECK (kind IN ('quote', 'order', 'delivery', 'receipt', 'statement')),
    CONSTRAINT print_log_way_check CHECK (way IN ('printer', 'pdf')),
    CONSTRAINT print_log_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE
);
CREATE INDEX print_log_row_idx ON print_log (kind, row_id);
CREATE INDEX print_log_customer_id_idx ON print_log (customer_id, owner_id);

-- A number that begins anew must say of which year, month or day it is, or it would come twice.
ALTER TABLE number_rule ADD CONSTRAINT number_rule_reset_date_check CHECK (reset = 'never'
    OR length(date_part) >= CASE reset WHEN 'year' THEN 4 WHEN 'month' THEN 6 ELSE 8 END)
    NOT VALID;
