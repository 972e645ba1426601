"""What the screens of deliveries are made of."""
