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

-- Phones move behind a mark in what is searched, so that the rest can be read without them.
UPDATE customer c SET search_key = words || E'\n\x1f\n' || numbers FROM (
    SELECT id, coalesce(string_agg(line, E'\n' ORDER BY n) FILTER (WHERE NOT phone), '') AS words,
        string_agg(line, E'\n' ORDER BY n) FILTER (WHERE phone) AS numbers
    FROM (
        SELECT k.id, n, line, EXISTS (
                SELECT FROM unnest(ARRAY[k.phone, k.mobile]) p
                WHERE line IN (lower(normalize(btrim(p), NFKC)),
                    regexp_replace(normalize(p, NFKC), '\D', '', 'g'))) AS phone
        FROM customer k, unnest(string_to_array(k.search_key, E'\n')) WITH ORDINALITY l (line, n)
    ) lines GROUP BY id
) parts WHERE parts.id = c.id AND numbers IS NOT NULL;
