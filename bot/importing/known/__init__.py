"""Mappings for the exports of common programs: data, no code."""
