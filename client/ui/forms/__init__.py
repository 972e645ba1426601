"""Forms of records: editors, pickers, conflicts, the journal of what is typed."""
