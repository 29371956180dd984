"""What leaves Tend for other programs."""
