-- A document is changed where one of its parts is: two who save it meet each other.

CREATE OR REPLACE FUNCTION {line}_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows) THEN
        UPDATE {head} SET lines_version = lines_version + 1
        WHERE id IN (SELECT {key} FROM new_rows);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {line}_updated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows) THEN
        UPDATE {head} SET lines_version = lines_version + 1
        WHERE id IN (SELECT n.{key} FROM new_rows n JOIN old_rows o ON o.id = n.id
            WHERE n.version <> o.version);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION {line}_deleted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM old_rows) THEN
        UPDATE {head} SET lines_version = lines_version + 1
        WHERE id IN (SELECT {key} FROM old_rows);
    END IF;
    RETURN NULL;
END $$;
