-- Logins, exports and refusals become entries of the history, and a login can be locked for a while.

-- What was noted so far is taken along: each entry tells its own moment, its change that of now, as
-- the chain would show that it was put in afterwards.
WITH taken AS (
    INSERT INTO change (via) SELECT 'upgrade' WHERE EXISTS (SELECT FROM login_log)
    ON CONFLICT (xid) DO UPDATE SET via = change.via RETURNING id
)
INSERT INTO history (change_id, table_name, row_id, op, after)
SELECT t.id, 'access', l.operator_id,
    CASE l.what WHEN 'in' THEN 'login' WHEN 'out' THEN 'logout' ELSE 'wrong' END,
    jsonb_strip_nulls(jsonb_build_object('at', l.at, 'computer', l.reported_computer,
        'addresses', CASE WHEN l.address IS NOT NULL THEN jsonb_build_array(host(l.address)) END,
        'n', CASE l.what WHEN 'refused' THEN 1 END))
FROM login_log l, taken t ORDER BY l.id;
DROP TABLE login_log;
CREATE INDEX history_access_idx ON history (row_id, op, id) WHERE table_name = 'access';

-- No password of this login is taken until then, after too many wrong ones.
ALTER TABLE operator ADD locked_until timestamptz;
-- When somebody else last set another password: who logged in before may not be the operator.
ALTER TABLE operator ADD login_set_at timestamptz;
