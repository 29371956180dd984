"""The team's settings, imports, exports, calendars and integrations."""
