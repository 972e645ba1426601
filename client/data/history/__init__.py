"""The history of records: read, told in sentences, and used to put records back."""
