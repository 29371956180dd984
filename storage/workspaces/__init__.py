"""Workspaces, members, channels, API tokens, and requests seen before."""
