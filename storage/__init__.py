"""What is remembered: tables, migrations and one module a subject."""
