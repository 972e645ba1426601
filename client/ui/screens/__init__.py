"""Screens made by hand. They do not import each other."""
