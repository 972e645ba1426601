"""Who may do what, shown and changed: permissions, shares, deputies, explanations."""
