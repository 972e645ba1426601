"""The office's database: its tables and rules as SQL, and the server that carries them."""
