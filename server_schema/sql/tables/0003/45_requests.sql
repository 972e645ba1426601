-- Changes of key fields that wait for another person's approval, and those decided.

CREATE TABLE change_request (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    fields jsonb NOT NULL,
    reason varchar(500) NOT NULL,
    asked_by integer NOT NULL REFERENCES operator (id),
    asked_at timestamptz NOT NULL DEFAULT now(),
    state varchar(12) NOT NULL DEFAULT 'open',
    decided_by integer REFERENCES operator (id),
    decided_at timestamptz,
    answer varchar(500) NOT NULL DEFAULT '',
    CONSTRAINT change_request_state_check
        CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
    CONSTRAINT change_request_reason_check CHECK (reason <> ''),
    CONSTRAINT change_request_decided_check CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT change_request_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE
);
COMMENT ON COLUMN change_request.fields IS
    'By column the value it had and the one asked for: {"bank": {"old": "A", "new": "B"}}.';
CREATE UNIQUE INDEX change_request_open_key ON change_request (customer_id) WHERE state = 'open';
CREATE INDEX change_request_customer_id_idx ON change_request (customer_id, owner_id);
