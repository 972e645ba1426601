-- Sales orders learn when they are due, what is taken off the whole, who approved them, and what
-- was received for them.

ALTER TABLE sales_order
    ADD due_date date,
    ADD whole_discount numeric(7, 6) NOT NULL DEFAULT 0,
    ADD wipe_off numeric(14, 2) NOT NULL DEFAULT 0,
    ADD received numeric(14, 2) NOT NULL DEFAULT 0,
    ADD approved_by integer REFERENCES operator (id),
    ADD approved_at timestamptz,
    ADD approved_amount numeric(14, 2),
    ADD completed_by integer REFERENCES operator (id),
    ADD completed_at timestamptz,
    ADD outstanding numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (CASE WHEN status IN ('draft', 'cancelled') THEN 0 ELSE total - received END) STORED,
    ADD payment_state varchar(8) NOT NULL GENERATED ALWAYS AS
        (CASE WHEN status IN ('draft', 'cancelled') OR total <= 0 THEN 'none'
            WHEN received = 0 THEN 'unpaid' WHEN received < total THEN 'partly'
            ELSE 'paid' END) STORED,
    ADD CONSTRAINT sales_order_due_date_check
        CHECK (due_date BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    ADD CONSTRAINT sales_order_whole_discount_check CHECK (whole_discount BETWEEN 0 AND 1),
    ADD CONSTRAINT sales_order_wipe_off_check CHECK (wipe_off BETWEEN 0 AND 999999999999.99),
    -- The last word against receiving too much, whoever adds it up.
    ADD CONSTRAINT sales_order_received_check
        CHECK (received = 0 OR received > 0 AND received <= total AND status <> 'draft');
-- Receivables by age are read from it alone: open orders lie strewn over years of paid ones.
CREATE INDEX sales_order_open_idx ON sales_order (customer_id, currency, due_date)
    INCLUDE (order_date, outstanding, owner_id) WHERE outstanding <> 0 AND deleted_at IS NULL;

ALTER TABLE order_line
    DROP amount,
    DROP tax_amount,
    ADD reduction numeric(14, 2) NOT NULL DEFAULT 0,
    ADD amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (round(quantity * unit_price * (1 - discount), 2) - reduction) STORED,
    ADD tax_amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (round(quantity * unit_price * (1 - discount), 2) - reduction
            - round((round(quantity * unit_price * (1 - discount), 2) - reduction)
                / (1 + tax_rate), 2)) STORED,
    ADD CONSTRAINT order_line_reduction_check
        CHECK (reduction BETWEEN -999999999999.99 AND 999999999999.99);

-- Every number that a rule gave to a document: the proof that none is missing. A range without a
-- document was passed over by an import, or is from before this was kept.
CREATE TABLE number_taken (
    kind text NOT NULL,
    period text NOT NULL,
    counted integer NOT NULL,
    counted_to integer NOT NULL,
    number text NOT NULL,
    row_id integer,
    PRIMARY KEY (kind, period, counted),
    CONSTRAINT number_taken_counted_to_check CHECK (counted_to >= counted)
);
INSERT INTO number_taken (kind, period, counted, counted_to, number)
SELECT kind, period, 1, last, '' FROM number_counter WHERE kind = 'order' AND last > 0;
