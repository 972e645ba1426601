-- What the page of the number rules shows beside them.

-- How far each kind has counted in the periods that hold today; none for who may not see rules.
CREATE OR REPLACE FUNCTION number_counts() RETURNS TABLE (kind text, period text, last integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.kind, c.period, c.last FROM number_counter c
    WHERE can('settings', 'view') AND c.period IN ('', to_char(office_today(), 'YYYY'),
        to_char(office_today(), 'YYYYMM'), to_char(office_today(), 'YYYYMMDD'))
$$;
