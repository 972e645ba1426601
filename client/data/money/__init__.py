"""Receipts, receivables by age, and statements of account."""
