"""The parts of the receipt screen: head, orders, foot, steps, saving."""
