-- What lies in the recycle bin is handed over as well, and stays there.

ALTER TABLE handover_item ADD deleted boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN handover_item.deleted IS 'In the recycle bin on that day.';
