"""Parts of the screens about what is owed, and for how long."""
