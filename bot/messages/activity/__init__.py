"""Confirmations of what was recorded, changed or undone."""
