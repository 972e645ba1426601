"""How a workbook becomes records: columns guessed, rows judged, written whole or not at all."""
