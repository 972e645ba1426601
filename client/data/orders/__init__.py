"""Sales orders as documents: stored, edited, merged, with the products they name."""
