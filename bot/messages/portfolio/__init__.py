"""Lists, breakdowns, charts and reviews of all partners."""
