"""Mappings of the exports that people have: data, no code."""
