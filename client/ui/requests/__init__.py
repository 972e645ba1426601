"""Key fields of customers: the reason a form asks for, and changes that wait for approval."""
