"""Sales figures: what is asked, the statement, and the files they go to."""
