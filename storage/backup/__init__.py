"""Backups of SQLite and PostgreSQL, and the dump of one workspace."""
