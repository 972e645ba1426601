-- What each operator's imports were told of records that they do not see is counted.

DO $$
DECLARE
    who integer;
BEGIN
    FOR who IN SELECT id FROM operator LOOP
        EXECUTE format('CREATE SEQUENCE IF NOT EXISTS imports_of_%s', who);
    END LOOP;
END $$;
