"""Find what is due, claim it, compose it, post it: exactly once."""
