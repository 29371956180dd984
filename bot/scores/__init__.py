"""Scores, signals and their causes, read from the database."""
