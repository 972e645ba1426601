"""Everything that is shown. All of Qt is in here."""
