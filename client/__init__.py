"""The program an operator sits in front of."""
