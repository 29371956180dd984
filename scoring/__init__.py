"""What the numbers mean: pure functions over frozen values, standard library only."""
