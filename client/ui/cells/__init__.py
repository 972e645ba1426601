"""Grids typed in cell by cell: one way to open a cell, to walk, to empty and to paste."""
