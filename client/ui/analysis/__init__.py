"""The parts of the analysis screen: sales figures as grid and chart, and their export."""
