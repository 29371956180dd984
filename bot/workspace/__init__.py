"""A workspace, its settings, holidays and data retention."""
