"""The partner record: add, edit, find, merge, pause, end."""
