"""Workbooks and text files, read in a process of their own under limits."""
