"""Draws every screen and every paper with the demo office's data."""
