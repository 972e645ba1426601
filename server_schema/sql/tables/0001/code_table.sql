CREATE TABLE {name} (
{record},
    code varchar(20) NOT NULL,
    name varchar(60) NOT NULL,
    active boolean NOT NULL DEFAULT true,
    sort_order integer NOT NULL DEFAULT 0,
    CONSTRAINT {name}_code_check CHECK (code <> ''),
    CONSTRAINT {name}_name_check CHECK (name <> '')
);
CREATE UNIQUE INDEX {name}_code_key ON {name} (code) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX {name}_name_key ON {name} (name) WHERE deleted_at IS NULL;
