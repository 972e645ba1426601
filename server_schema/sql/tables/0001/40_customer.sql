-- Customers, what hangs on them, and who may see one besides its owner.

CREATE TABLE customer (
{record},
    number varchar(40) NOT NULL DEFAULT '',
    kind varchar(12) NOT NULL DEFAULT 'company',
    name varchar(200) NOT NULL,
    short_name varchar(60),
    type_id integer REFERENCES customer_type (id),
    source_id integer REFERENCES customer_source (id),
    industry_id integer REFERENCES industry (id),
    enterprise_kind_id integer REFERENCES enterprise_kind (id),
    size varchar(60),
    region_id integer REFERENCES region (id),
    grade_id integer REFERENCES customer_grade (id),
    owner_id integer NOT NULL DEFAULT 0 REFERENCES operator (id),
    sales_method_id integer REFERENCES sales_method (id),
    status varchar(12) NOT NULL DEFAULT 'potential',
    tags text[] NOT NULL DEFAULT '{}',
    phone varchar(60),
    mobile varchar(60),
    fax varchar(60),
    email varchar(120),
    website varchar(200),
    address varchar(300),
    postcode varchar(20),
    invoice_title varchar(200),
    tax_number varchar(40),
    bank varchar(120),
    bank_account varchar(60),
    credit_limit numeric(14, 2),
    founded_on date,
    needs text,
    description text,
    remarks text,
    search_key text,
    sort_key text COLLATE "C",
    haystack text NOT NULL DEFAULT '',
    CONSTRAINT customer_number_key UNIQUE (number),
    CONSTRAINT customer_owner_key UNIQUE (id, owner_id),
    CONSTRAINT customer_name_check CHECK (name <> ''),
    CONSTRAINT customer_kind_check CHECK (kind IN ('company', 'person')),
    CONSTRAINT customer_status_check
        CHECK (status IN ('potential', 'visited', 'member', 'dormant', 'lost')),
    -- Neither lists nor days that programs cannot read.
    CONSTRAINT customer_tags_check
        CHECK (array_position(tags, NULL) IS NULL AND coalesce(array_ndims(tags), 1) = 1),
    CONSTRAINT customer_founded_on_check
        CHECK (founded_on BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'),
    CONSTRAINT customer_credit_limit_check CHECK (credit_limit BETWEEN 0 AND 999999999999.99)
);
CREATE INDEX customer_owner_id_idx ON customer (owner_id, number DESC) INCLUDE (deleted_at);
CREATE INDEX customer_sort_key_idx ON customer (sort_key, id) INCLUDE (deleted_at);
CREATE INDEX customer_region_id_idx ON customer (region_id);

CREATE TABLE contact (
{record},
    customer_id integer NOT NULL,
    owner_id integer NOT NULL DEFAULT 0,
    name varchar(60) NOT NULL,
    gender varchar(12),
    title varchar(60),
    department varchar(60),
    contact_group varchar(60),
    phone varchar(60),
    mobile varchar(60),
    email varchar(120),
    wechat varchar(60),
    address varchar(300),
    birthday date,
    hobbies varchar(200),
    is_primary boolean NOT NULL DEFAULT false,
    remarks text,
    CONSTRAINT contact_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE,
    CONSTRAINT contact_name_check CHECK (name <> ''),
    CONSTRAINT contact_gender_check CHECK (gender IN ('male', 'female')),
    CONSTRAINT contact_birthday_check
        CHECK (birthday BETWEEN DATE '0001-01-01' AND DATE '9999-12-31')
);
CREATE INDEX contact_customer_id_idx ON contact (customer_id, owner_id);
CREATE INDEX contact_owner_id_idx ON contact (owner_id);

CREATE TABLE share (
    id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    customer_id integer NOT NULL,
    owner_id integer NOT NULL,
    operator_id integer NOT NULL REFERENCES operator (id),
    until date NOT NULL,
    PRIMARY KEY (customer_id, operator_id),
    CONSTRAINT share_until_check CHECK (until BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'),
    CONSTRAINT share_customer_id_owner_id_fkey FOREIGN KEY (customer_id, owner_id)
        REFERENCES customer (id, owner_id) ON UPDATE CASCADE
);
CREATE INDEX share_operator_id_idx ON share (operator_id);
