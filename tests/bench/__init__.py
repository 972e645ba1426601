"""How fast the program is against hand-written code that does the same."""
