"""What records were: who changed what, and the way back."""
