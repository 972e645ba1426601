"""Two customers made one: the choice field by field, the act, and its undoing."""
