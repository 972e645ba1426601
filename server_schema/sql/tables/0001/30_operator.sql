-- Who logs in, whose records they see, what they may do. Written through functions only.

CREATE TABLE operator (
{record},
    code varchar(20) NOT NULL,
    name varchar(60) NOT NULL,
    login varchar(60),
    region_id integer REFERENCES region (id),
    department_id integer REFERENCES department (id),
    staff_type_id integer REFERENCES staff_type (id),
    position_id integer REFERENCES position (id),
    rights varchar(20) NOT NULL DEFAULT 'salesperson',
    scope varchar(12) NOT NULL DEFAULT 'own',
    chosen_departments integer[] NOT NULL DEFAULT '{}',
    chosen_regions integer[] NOT NULL DEFAULT '{}',
    phone varchar(60),
    email varchar(120),
    active boolean NOT NULL DEFAULT true,
    built_in boolean NOT NULL DEFAULT false,
    rights_changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT operator_login_key UNIQUE (login),
    CONSTRAINT operator_code_check CHECK (code <> ''),
    CONSTRAINT operator_name_check CHECK (name <> ''),
    CONSTRAINT operator_scope_check CHECK (scope IN ('own', 'department', 'chosen', 'all')),
    CONSTRAINT operator_built_in_check CHECK (NOT built_in OR login IS NULL)
);
CREATE UNIQUE INDEX operator_code_key ON operator (code) WHERE deleted_at IS NULL;
ALTER TABLE department ADD CONSTRAINT department_head_id_fkey
    FOREIGN KEY (head_id) REFERENCES operator (id);

CREATE TABLE rights_role (
    code varchar(20) PRIMARY KEY,
    sort_order integer NOT NULL DEFAULT 0
);
ALTER TABLE operator ADD CONSTRAINT operator_rights_fkey
    FOREIGN KEY (rights) REFERENCES rights_role (code);

CREATE TABLE permission (
    id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    rights varchar(20) NOT NULL REFERENCES rights_role (code),
    module varchar(20) NOT NULL,
    action varchar(20) NOT NULL,
    PRIMARY KEY (rights, module, action)
);

CREATE TABLE operator_permission (
    id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    operator_id integer NOT NULL REFERENCES operator (id),
    module varchar(20) NOT NULL,
    action varchar(20) NOT NULL,
    allowed boolean NOT NULL,
    PRIMARY KEY (operator_id, module, action)
);

CREATE TABLE deputy (
    id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    absent_id integer NOT NULL REFERENCES operator (id),
    deputy_id integer NOT NULL REFERENCES operator (id),
    until date NOT NULL,
    PRIMARY KEY (absent_id, deputy_id),
    CONSTRAINT deputy_other_check CHECK (absent_id <> deputy_id),
    CONSTRAINT deputy_until_check CHECK (until BETWEEN DATE '0001-01-01' AND DATE '9999-12-31')
);
