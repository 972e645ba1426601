"""The parts of the receivables and other reports: filters, strip of ages, orders behind a sum."""
