"""The parts of the delivery screens: head, lines, steps, saving."""
