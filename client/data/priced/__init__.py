"""Priced documents: quotes and orders stored, edited, merged, with the products they name."""
