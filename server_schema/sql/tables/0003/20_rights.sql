-- Roles with names of their own, and who logged in where, as the program reports it.

ALTER TABLE rights_role
    ADD COLUMN id integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN name varchar(60) NOT NULL DEFAULT '',
    ADD COLUMN version integer NOT NULL DEFAULT 1;
COMMENT ON COLUMN rights_role.name IS 'Empty: the name that its code has in the program.';
CREATE UNIQUE INDEX rights_role_name_key ON rights_role (name) WHERE name <> '';
CREATE SEQUENCE role_number AS integer;

CREATE TABLE login_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    operator_id integer NOT NULL REFERENCES operator (id),
    what varchar(8) NOT NULL,
    address inet DEFAULT inet_client_addr(),
    reported_computer text,
    CONSTRAINT login_log_what_check CHECK (what IN ('in', 'out', 'refused'))
);
CREATE INDEX login_log_operator_id_idx ON login_log (operator_id, id);
