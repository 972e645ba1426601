-- Who sees a number only masked does not change it: neither by the masked text that a form sends
-- back, nor to find out by trying whether a guess is right. So it does the same whatever the guess.
CREATE OR REPLACE FUNCTION keep_masked_{table}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    -- Inside a function of ours, which has its own checks, the current user is another.
    IF current_user = session_user THEN
        {kept}
    END IF;
    RETURN NEW;
END $$;
