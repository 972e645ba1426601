"""Sales figures as grid and chart."""
