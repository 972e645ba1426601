"""Papers: plain functions of a dict and a language that answer with the bytes of a PDF."""
