"""Lists of records, however long."""
