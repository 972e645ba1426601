"""Money from customers: receipts, what is owed by age, statements."""
