"""Costs, terms and what-ifs."""
