"""Scores and rules: pure functions over frozen values, standard library only."""
