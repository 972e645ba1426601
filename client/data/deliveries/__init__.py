"""Deliveries: what is sent of an order, stored, edited and merged."""
