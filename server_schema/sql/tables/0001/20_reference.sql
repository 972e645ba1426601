-- Base settings that are not plain code tables.

CREATE TABLE region (
{record},
    code varchar(20) NOT NULL,
    name varchar(60) NOT NULL,
    parent_id integer REFERENCES region (id),
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT region_code_check CHECK (code <> ''),
    CONSTRAINT region_name_check CHECK (name <> ''),
    CONSTRAINT region_parent_check CHECK (parent_id <> id)
);
CREATE UNIQUE INDEX region_code_key ON region (code) WHERE deleted_at IS NULL;
CREATE INDEX region_parent_id_idx ON region (parent_id);

CREATE TABLE product (
{record},
    code varchar(40) NOT NULL,
    name varchar(200) NOT NULL,
    specification varchar(200),
    category varchar(60),
    unit varchar(20),
    unit_price numeric(14, 4),
    tax_rate numeric(5, 4),
    barcode varchar(40),
    active boolean NOT NULL DEFAULT true,
    remarks text,
    CONSTRAINT product_code_check CHECK (code <> ''),
    CONSTRAINT product_name_check CHECK (name <> ''),
    CONSTRAINT product_unit_price_check CHECK (unit_price BETWEEN 0 AND 9999999999.9999),
    CONSTRAINT product_tax_rate_check CHECK (tax_rate BETWEEN 0 AND 1)
);
CREATE UNIQUE INDEX product_code_key ON product (code) WHERE deleted_at IS NULL;

CREATE TABLE department (
{record},
    code varchar(20) NOT NULL,
    name varchar(60) NOT NULL,
    parent_id integer REFERENCES department (id),
    head_id integer,
    active boolean NOT NULL DEFAULT true,
    CONSTRAINT department_code_check CHECK (code <> ''),
    CONSTRAINT department_name_check CHECK (name <> ''),
    CONSTRAINT department_parent_check CHECK (parent_id <> id)
);
CREATE UNIQUE INDEX department_code_key ON department (code) WHERE deleted_at IS NULL;
