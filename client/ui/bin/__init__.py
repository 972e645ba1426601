"""Into the recycle bin and out of it."""
