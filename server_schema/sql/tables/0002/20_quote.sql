-- Quotes, their lines, and every revision of one as its customer got it.

CREATE TABLE quote (
{record},
    number varchar(40),
    number_source varchar(12),
    customer_id integer NOT NULL,
    owner_id integer NOT NULL DEFAULT 0,
    contact_id integer REFERENCES contact (id),
    phone varchar(60),
    quote_date date NOT NULL,
    valid_until date NOT NULL,
    salesperson_id integer NOT NULL REFERENCES operator (id),
    payment_method_id integer REFERENCES payment_method (id),
    delivery_address varchar(300),
    currency varchar(3) NOT NULL DEFAULT '',
    status varchar(12) NOT NULL DEFAULT 'draft',
    revision integer NOT NULL DEFAULT 1,
    whole_discount numeric(7, 6) NOT NULL DEFAULT 0,
    wipe_off numeric(14, 2) NOT NULL DEFAULT 0,
    total numeric(14, 2) NOT NULL DEFAULT 0,
    tax_total numeric(14, 2) NOT NULL DEFAULT 0,
    lines_version integer NOT NULL DEFAULT 0,
    terms text,
    remarks text,
    sent_by integer REFERENCES operator (id),
    sent_at timestamptz,
    decided_by integer REFERENCES operator (id),
    decided_at timestamptz,
    decide_reason varchar(200),
    order_id integer REFERENCES sales_order (id),
    CONSTRAINT quote_number_key UNIQUE (number),
    CONSTRAINT quote_owner_key UNIQUE (id, customer_id, owner_id),
    CONSTRAINT quote_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT quote_status_check CHECK (status IN ('draft', 'sent', 'accepted', 'refused')),
    -- A number is given when the first revision is sent, and stays.
    CONSTRAINT quote_numbered_check
        CHECK ((number IS NULL) = (status = 'draft' AND revision = 1)),
    CONSTRAINT quote_revision_check CHECK (revision BETWEEN 1 AND 9999),
    CONSTRAINT quote_quote_date_check
        CHECK (quote_date BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT quote_valid_until_check
        CHECK (valid_until BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT quote_whole_discount_check CHECK (whole_discount BETWEEN 0 AND 1),
    CONSTRAINT quote_wipe_off_check CHECK (wipe_off BETWEEN 0 AND 999999999999.99),
    CONSTRAINT quote_total_check CHECK (total BETWEEN -999999999999.99 AND 999999999999.99),
    CONSTRAINT quote_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX quote_quote_date_idx ON quote (quote_date DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX quote_owner_id_idx
    ON quote (owner_id, quote_date DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX quote_customer_id_idx ON quote (customer_id, owner_id);
CREATE INDEX quote_order_id_idx ON quote (order_id);

CREATE TABLE quote_line (
{record},
    quote_id integer NOT NULL,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    position integer NOT NULL,
    product_id integer NOT NULL REFERENCES product (id),
    product_code varchar(40) NOT NULL,
    product_name varchar(200) NOT NULL,
    specification varchar(200),
    unit varchar(20),
    quantity numeric(14, 4) NOT NULL,
    unit_price numeric(14, 4) NOT NULL,
    discount numeric(7, 6) NOT NULL DEFAULT 0,
    tax_rate numeric(5, 4) NOT NULL DEFAULT 0,
    remarks varchar(200),
    reduction numeric(14, 2) NOT NULL DEFAULT 0,
    amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (round(quantity * unit_price * (1 - discount), 2) - reduction) STORED,
    tax_amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (round(quantity * unit_price * (1 - discount), 2) - reduction
            - round((round(quantity * unit_price * (1 - discount), 2) - reduction)
                / (1 + tax_rate), 2)) STORED,
    CONSTRAINT quote_line_quote_id_customer_id_owner_id_fkey
        FOREIGN KEY (quote_id, customer_id, owner_id)
        REFERENCES quote (id, customer_id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT quote_line_position_check CHECK (position BETWEEN 1 AND 100000),
    CONSTRAINT quote_line_quantity_check
        CHECK (quantity BETWEEN -9999999999.9999 AND 9999999999.9999),
    CONSTRAINT quote_line_unit_price_check CHECK (unit_price BETWEEN 0 AND 9999999999.9999),
    CONSTRAINT quote_line_discount_check CHECK (discount BETWEEN 0 AND 1),
    CONSTRAINT quote_line_tax_rate_check CHECK (tax_rate BETWEEN 0 AND 1),
    CONSTRAINT quote_line_reduction_check
        CHECK (reduction BETWEEN -999999999999.99 AND 999999999999.99)
);
CREATE INDEX quote_line_quote_id_idx ON quote_line (quote_id, customer_id, owner_id);
CREATE INDEX quote_line_product_id_idx ON quote_line (product_id);
CREATE INDEX quote_line_owner_id_idx ON quote_line (owner_id);

CREATE TABLE quote_revision (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quote_id integer NOT NULL,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    revision integer NOT NULL,
    sent_by integer REFERENCES operator (id),
    sent_at timestamptz NOT NULL DEFAULT now(),
    document jsonb NOT NULL,
    CONSTRAINT quote_revision_quote_id_revision_key UNIQUE (quote_id, revision),
    CONSTRAINT quote_revision_quote_id_customer_id_owner_id_fkey
        FOREIGN KEY (quote_id, customer_id, owner_id)
        REFERENCES quote (id, customer_id, owner_id) ON UPDATE CASCADE
);
