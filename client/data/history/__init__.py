"""The history of records: read, told in sentences, and put back."""
