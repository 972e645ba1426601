"""What the screens about money from customers are made of."""
