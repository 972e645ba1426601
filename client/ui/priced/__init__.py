"""What the screens of priced documents are made of: head, lines, foot, steps, saving."""
