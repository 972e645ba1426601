"""Papers: seen before they are printed, printed on any printer, kept as files, many at once."""
