"""Connections to addresses that people gave: to the public internet only, to what was checked, and within a time."""
