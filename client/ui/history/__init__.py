"""The history of records on the screen: lists of changes, and putting values back."""
