"""Deliveries: what is sent of an order, how it is stored, edited and merged."""
