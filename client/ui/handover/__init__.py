"""Customers handed over: the dialog that plans it, the list of those that were, their sheets."""
