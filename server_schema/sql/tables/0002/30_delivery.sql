-- What leaves the house: an order is sent in one or several deliveries.

CREATE TABLE delivery (
{record},
    number varchar(40),
    number_source varchar(12),
    order_id integer NOT NULL,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    planned_on date NOT NULL,
    shipped_on date,
    expected_on date,
    courier varchar(60),
    waybill varchar(60),
    address varchar(300),
    contact_name varchar(60),
    phone varchar(60),
    status varchar(12) NOT NULL DEFAULT 'planned',
    remarks text,
    picked_by integer REFERENCES operator (id),
    picked_at timestamptz,
    shipped_by integer REFERENCES operator (id),
    shipped_at timestamptz,
    received_by integer REFERENCES operator (id),
    received_at timestamptz,
    cancelled_by integer REFERENCES operator (id),
    cancelled_at timestamptz,
    cancel_reason varchar(200),
    lines_version integer NOT NULL DEFAULT 0,
    CONSTRAINT delivery_number_key UNIQUE (number),
    CONSTRAINT delivery_owner_key UNIQUE (id, customer_id, owner_id),
    CONSTRAINT delivery_order_id_customer_id_owner_id_fkey
        FOREIGN KEY (order_id, customer_id, owner_id)
        REFERENCES sales_order (id, customer_id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT delivery_status_check
        CHECK (status IN ('planned', 'picked', 'shipped', 'received', 'cancelled')),
    CONSTRAINT delivery_numbered_check CHECK ((status = 'planned') = (number IS NULL)),
    CONSTRAINT delivery_planned_on_check
        CHECK (planned_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT delivery_shipped_on_check
        CHECK (shipped_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'),
    CONSTRAINT delivery_expected_on_check
        CHECK (expected_on BETWEEN DATE '1900-01-01' AND DATE '2200-12-31')
);
CREATE INDEX delivery_planned_on_idx
    ON delivery (planned_on DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX delivery_owner_id_idx
    ON delivery (owner_id, planned_on DESC, id DESC) INCLUDE (deleted_at);
CREATE INDEX delivery_order_id_idx ON delivery (order_id, customer_id, owner_id);
CREATE INDEX delivery_customer_id_idx ON delivery (customer_id);
CREATE INDEX delivery_waiting_idx ON delivery (planned_on)
    WHERE status IN ('planned', 'picked') AND deleted_at IS NULL;

CREATE TABLE delivery_line (
{record},
    delivery_id integer NOT NULL,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    order_line_id integer NOT NULL REFERENCES order_line (id),
    position integer NOT NULL,
    quantity numeric(14, 4) NOT NULL,
    remarks varchar(200),
    CONSTRAINT delivery_line_delivery_id_customer_id_owner_id_fkey
        FOREIGN KEY (delivery_id, customer_id, owner_id)
        REFERENCES delivery (id, customer_id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT delivery_line_position_check CHECK (position BETWEEN 1 AND 100000),
    CONSTRAINT delivery_line_quantity_check
        CHECK (quantity BETWEEN 0.0001 AND 9999999999.9999)
);
CREATE INDEX delivery_line_delivery_id_idx
    ON delivery_line (delivery_id, customer_id, owner_id);
CREATE INDEX delivery_line_order_line_id_idx ON delivery_line (order_line_id);
CREATE INDEX delivery_line_owner_id_idx ON delivery_line (owner_id);
