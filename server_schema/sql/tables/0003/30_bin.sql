-- What the recycle bin and the history are read by.

-- Of the living these hold nothing, so that they cost nothing where nothing is deleted.
CREATE INDEX customer_deletion_idx ON customer (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX contact_deletion_idx ON contact (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX sales_order_deletion_idx ON sales_order (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX order_line_deletion_idx ON order_line (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX quote_deletion_idx ON quote (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX quote_line_deletion_idx ON quote_line (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX delivery_deletion_idx ON delivery (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX delivery_line_deletion_idx ON delivery_line (deletion_id)
    WHERE deletion_id IS NOT NULL;
CREATE INDEX receipt_deletion_idx ON receipt (deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX receipt_allocation_deletion_idx ON receipt_allocation (deletion_id)
    WHERE deletion_id IS NOT NULL;
CREATE INDEX product_deletion_idx ON product (deletion_id) WHERE deletion_id IS NOT NULL;

-- Which customers are gone for good, and who changed what lately.
CREATE INDEX history_purged_idx ON history (row_id) WHERE table_name = 'customer' AND op = 'erase';
CREATE INDEX change_operator_id_idx ON change (operator_id, id);
CREATE INDEX change_at_idx ON change (at);
