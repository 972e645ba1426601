-- Whether anything is outstanding, by a truth value: how many orders that are, the planner is told only
-- where a comparison can betray nothing of what row security hides, and one of amounts could.
ALTER TABLE sales_order ADD owed boolean NOT NULL GENERATED ALWAYS AS
    (status NOT IN ('draft', 'cancelled') AND total <> received) STORED;

-- Whether a row is deleted is asked of every row that anybody reads, of these as well: a list of open
-- amounts is read from the index alone only if it tells that, too.
DROP INDEX sales_order_open_idx, receipt_advance_idx;
CREATE INDEX sales_order_open_idx ON sales_order (customer_id, currency, due_date)
    INCLUDE (order_date, outstanding, owner_id, deleted_at) WHERE owed AND deleted_at IS NULL;
CREATE INDEX receipt_advance_idx ON receipt (customer_id)
    INCLUDE (advance, currency, owner_id, deleted_at)
    WHERE advance <> 0 AND deleted_at IS NULL;
