"""Settings, help, imports, exports, calendars and integrations."""
