"""The table that every list is drawn with."""
