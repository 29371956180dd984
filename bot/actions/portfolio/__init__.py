"""All partners seen together."""
