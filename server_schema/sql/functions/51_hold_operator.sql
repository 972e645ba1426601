-- Whoever changes an operator holds that operator's row. The operator may hold it as well, or their role,
-- in a transaction that they leave open: that must not keep their rights from being changed.

-- Owned by {p}_roles: ends what an operator has open that keeps their role from being changed or, as
-- `of_rows` says, perhaps their row. In other databases of the server, too: roles belong to all. With the
-- row, also what holds it of people who may not change operators: they may have shared a customer.
CREATE OR REPLACE FUNCTION stop_holders(asked integer, of_rows boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    holding xid[];
BEGIN
    PERFORM pg_stat_clear_snapshot();
    PERFORM pg_terminate_backend(a.pid)
    FROM operator o JOIN pg_stat_activity a ON a.usename = '{p}.' || o.login
    WHERE o.id = asked AND a.pid <> pg_backend_pid() AND a.pid IN (
        SELECT pid FROM pg_locks WHERE granted AND (relation = 'pg_authid'::regclass
                AND database = 0 AND mode = 'RowExclusiveLock'
            OR of_rows AND locktype = 'transactionid'));
    IF of_rows THEN
        SELECT ARRAY[xmax] INTO holding FROM operator WHERE id = asked;
        BEGIN
            holding := holding || ARRAY(SELECT m.xid FROM pg_get_multixact_members(holding[1]) m
                WHERE m.mode <> 'keysh');
        EXCEPTION WHEN internal_error OR invalid_parameter_value THEN
            NULL;  -- one alone holds it
        END;
        PERFORM pg_terminate_backend(l.pid)
        FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        JOIN operator o ON a.usename = '{p}.' || o.login
        WHERE l.granted AND l.transactionid = ANY (holding) AND l.pid <> pg_backend_pid()
            AND NOT can_of(o.id, 'operator', 'edit');
    END IF;
END $$;

CREATE OR REPLACE FUNCTION hold_soon(asked integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '1s' AS $$
BEGIN
    PERFORM FROM operator WHERE id = asked FOR NO KEY UPDATE;
END $$;

-- Who may end somebody's sessions does not wait for them longer than what they do takes usually.
CREATE OR REPLACE FUNCTION hold_operator(asked integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF of_the_server() OR asked IS DISTINCT FROM me() AND can('operator', 'edit')
        AND NOT exceeds_me((SELECT rights FROM operator WHERE id = asked), asked)
    THEN
        PERFORM stop_holders(asked, false);
        BEGIN
            PERFORM hold_soon(asked);
        EXCEPTION WHEN lock_not_available THEN
            PERFORM stop_holders(asked, true);
        END;
    END IF;
    PERFORM FROM operator WHERE id = asked FOR NO KEY UPDATE;
END $$;
