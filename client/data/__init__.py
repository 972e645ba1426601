"""How records, documents, figures and files are read and written. No Qt."""
