"""Sales figures: what can be asked, the SQL that answers it, and the files it goes to."""
