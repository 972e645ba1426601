-- Money received, and for which orders. A posted receipt is never edited: voiding it makes a red
-- entry, a receipt of the same amount below zero.

CREATE TABLE receipt (
{record},
    number varchar(40),
    number_source varchar(12),
    customer_id integer NOT NULL,
    owner_id integer NOT NULL DEFAULT 0,
    payer varchar(200),
    payment_method_id integer REFERENCES payment_method (id),
    receipt_date date NOT NULL,
    handler_id integer NOT NULL REFERENCES operator (id),
    currency varchar(3) NOT NULL DEFAULT '',
    amount numeric(14, 2) NOT NULL DEFAULT 0,
    allocated numeric(14, 2) NOT NULL DEFAULT 0,
    reference varchar(60),
    remarks text,
    status varchar(12) NOT NULL DEFAULT 'draft',
    posted_by integer REFERENCES operator (id),
    posted_at timestamptz,
    voided_by integer REFERENCES operator (id),
    voided_at timestamptz,
    void_reason varchar(200),
    reverses_id integer REFERENCES receipt (id),
    lines_version integer NOT NULL DEFAULT 0,
    -- What is left for orders to come.
    advance numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (CASE WHEN status = 'posted' AND reverses_id IS NULL THEN amount - allocated ELSE 0 END)
        STORED,
    CONSTRAINT receipt_number_key UNIQUE (number),
    CONSTRAINT receipt_reverses_id_key UNIQUE (reverses_id),
    CONSTRAINT receipt_owner_key UNIQUE (id, customer_id, owner_id),
    CONSTRAINT receipt_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT receipt_status_check CHECK (status IN ('draft', 'posted', 'voided')),
    CONSTRAINT receipt_numbered_check CHECK ((status = 'draft') = (number IS NULL)),
    CONSTRAINT receipt_receipt_date_check
        CHECK (receipt_date BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT receipt_amount_check CHECK (amount BETWEEN -999999999999.99 AND 999999999999.99
        AND CASE WHEN reverses_id IS NOT NULL THEN amount < 0
            WHEN status = 'draft' THEN amount >= 0 ELSE amount > 0 END),
    CONSTRAINT receipt_allocated_check CHECK (allocated = 0 OR status <> 'draft'
        AND sign(allocated) = sign(amount) AND abs(allocated) <= abs(amount)),
    CONSTRAINT receipt_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX receipt_receipt_date_idx
    ON receipt (receipt_date DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX receipt_owner_id_idx
    ON receipt (owner_id, receipt_date DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX receipt_customer_id_idx ON receipt (customer_id, owner_id);
CREATE INDEX receipt_advance_idx ON receipt (customer_id) INCLUDE (advance, currency, owner_id)
    WHERE advance <> 0 AND deleted_at IS NULL;

CREATE TABLE receipt_allocation (
{record},
    receipt_id integer NOT NULL,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    order_id integer NOT NULL REFERENCES sales_order (id),
    amount numeric(14, 2) NOT NULL,
    allocated_on date NOT NULL,
    CONSTRAINT receipt_allocation_receipt_id_customer_id_owner_id_fkey
        FOREIGN KEY (receipt_id, customer_id, owner_id)
        REFERENCES receipt (id, customer_id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT receipt_allocation_amount_check
        CHECK (amount BETWEEN -999999999999.99 AND 999999999999.99 AND amount <> 0),
    CONSTRAINT receipt_allocation_allocated_on_check
        CHECK (allocated_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31')
);
CREATE INDEX receipt_allocation_receipt_id_idx
    ON receipt_allocation (receipt_id, customer_id, owner_id);
CREATE INDEX receipt_allocation_order_id_idx ON receipt_allocation (order_id);
CREATE INDEX receipt_allocation_owner_id_idx ON receipt_allocation (owner_id);
