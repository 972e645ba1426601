-- Who handed whose customers over to whom, with what each was like on that day. Read and written
-- through functions only.

CREATE TABLE handover (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    by_id integer NOT NULL REFERENCES operator (id),
    from_id integer REFERENCES operator (id),
    reason varchar(500) NOT NULL,
    change_id bigint NOT NULL,
    undone_at timestamptz,
    undone_by integer REFERENCES operator (id),
    undo_change_id bigint,
    CONSTRAINT handover_reason_check CHECK (reason <> '')
);
COMMENT ON COLUMN handover.from_id IS 'Whose records it was about; null for chosen customers.';

CREATE TABLE handover_item (
    handover_id integer NOT NULL REFERENCES handover (id),
    customer_id integer NOT NULL,
    from_id integer NOT NULL REFERENCES operator (id),
    to_id integer NOT NULL REFERENCES operator (id),
    number varchar(40) NOT NULL DEFAULT '',
    name varchar(200) NOT NULL DEFAULT '',
    open_orders integer NOT NULL DEFAULT 0,
    outstanding numeric(16, 2) NOT NULL DEFAULT 0,
    elsewhere text NOT NULL DEFAULT '',
    returned boolean,
    PRIMARY KEY (handover_id, customer_id)
);
COMMENT ON COLUMN handover_item.elsewhere IS 'What is outstanding in other currencies.';
COMMENT ON COLUMN handover_item.returned IS 'Whether the undo brought it back; null before.';
CREATE INDEX handover_item_customer_id_idx ON handover_item (customer_id);

-- By what a customer is known again; `sound_key` comes from the program, as the search key does.
ALTER TABLE customer
    ADD core_name text GENERATED ALWAYS AS ({core_of_name}) STORED,
    ADD phone_key text GENERATED ALWAYS AS ({key_of_phone}) STORED,
    ADD mobile_key text GENERATED ALWAYS AS ({key_of_mobile}) STORED,
    ADD tax_key text GENERATED ALWAYS AS ({key_of_tax_number}) STORED,
    ADD sound_key text;
CREATE INDEX customer_core_name_idx ON customer (core_name);
CREATE INDEX customer_phone_key_idx ON customer (phone_key) WHERE phone_key IS NOT NULL;
CREATE INDEX customer_mobile_key_idx ON customer (mobile_key) WHERE mobile_key IS NOT NULL;
CREATE INDEX customer_tax_key_idx ON customer (tax_key) WHERE tax_key IS NOT NULL;
CREATE INDEX customer_sound_key_idx ON customer (sound_key) WHERE sound_key IS NOT NULL;

-- Who was told that a customer of somebody else's exists: counted, so that nobody guesses them all.
CREATE TABLE duplicate_answer (
    operator_id integer NOT NULL REFERENCES operator (id),
    at timestamptz NOT NULL DEFAULT now(),
    customer_id integer NOT NULL,
    because text NOT NULL
);
CREATE INDEX duplicate_answer_operator_id_idx ON duplicate_answer (operator_id, at);

DO $$
DECLARE
    who integer;
BEGIN
    FOR who IN SELECT id FROM operator LOOP
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS duplicates_of_%s', who);
    END LOOP;
END $$;
