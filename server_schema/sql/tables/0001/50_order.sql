-- Sales orders and their lines. Amounts are the database's own work.

CREATE TABLE sales_order (
{record},
    number varchar(40),
    number_source varchar(12),
    customer_id integer NOT NULL,
    owner_id integer NOT NULL DEFAULT 0,
    contact_id integer REFERENCES contact (id),
    phone varchar(60),
    order_date date NOT NULL,
    channel_id integer REFERENCES sales_channel (id),
    payment_method_id integer REFERENCES payment_method (id),
    delivery_date date,
    delivery_address varchar(300),
    salesperson_id integer NOT NULL REFERENCES operator (id),
    customer_region_id integer REFERENCES region (id),
    salesperson_region_id integer REFERENCES region (id),
    currency varchar(3) NOT NULL DEFAULT '',
    status varchar(16) NOT NULL DEFAULT 'draft',
    total numeric(14, 2) NOT NULL DEFAULT 0,
    tax_total numeric(14, 2) NOT NULL DEFAULT 0,
    lines_version integer NOT NULL DEFAULT 0,
    remarks text,
    submitted_by integer REFERENCES operator (id),
    submitted_at timestamptz,
    cancelled_by integer REFERENCES operator (id),
    cancelled_at timestamptz,
    cancel_reason varchar(200),
    CONSTRAINT sales_order_number_key UNIQUE (number),
    CONSTRAINT sales_order_owner_key UNIQUE (id, customer_id, owner_id),
    CONSTRAINT sales_order_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT sales_order_status_check CHECK (status IN
        ('draft', 'submitted', 'approved', 'partly_shipped', 'shipped', 'completed', 'cancelled')),
    CONSTRAINT sales_order_numbered_check CHECK ((status = 'draft') = (number IS NULL)),
    CONSTRAINT sales_order_order_date_check
        CHECK (order_date BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT sales_order_delivery_date_check
        CHECK (delivery_date BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT sales_order_total_check CHECK (total BETWEEN -999999999999.99 AND 999999999999.99),
    CONSTRAINT sales_order_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
CREATE INDEX sales_order_order_date_idx
    ON sales_order (order_date DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX sales_order_owner_id_idx
    ON sales_order (owner_id, order_date DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX sales_order_customer_id_idx ON sales_order (customer_id, owner_id);
CREATE INDEX sales_order_salesperson_id_idx ON sales_order (salesperson_id, order_date);

CREATE TABLE order_line (
{record},
    order_id integer NOT NULL,
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
    amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (round(quantity * unit_price * (1 - discount), 2)) STORED,
    tax_amount numeric(14, 2) NOT NULL GENERATED ALWAYS AS
        (round(quantity * unit_price * (1 - discount), 2)
            - round(round(quantity * unit_price * (1 - discount), 2) / (1 + tax_rate), 2)) STORED,
    remarks varchar(200),
    CONSTRAINT order_line_order_id_customer_id_owner_id_fkey
        FOREIGN KEY (order_id, customer_id, owner_id)
        REFERENCES sales_order (id, customer_id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT order_line_position_check CHECK (position BETWEEN 1 AND 100000),
    CONSTRAINT order_line_quantity_check
        CHECK (quantity BETWEEN -9999999999.9999 AND 9999999999.9999),
    CONSTRAINT order_line_unit_price_check CHECK (unit_price BETWEEN 0 AND 9999999999.9999),
    CONSTRAINT order_line_discount_check CHECK (discount BETWEEN 0 AND 1),
    CONSTRAINT order_line_tax_rate_check CHECK (tax_rate BETWEEN 0 AND 1)
);
CREATE INDEX order_line_order_id_idx ON order_line (order_id, customer_id, owner_id);
CREATE INDEX order_line_product_id_idx ON order_line (product_id);
CREATE INDEX order_line_owner_id_idx ON order_line (owner_id);
