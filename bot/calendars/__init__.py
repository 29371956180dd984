"""Calendars as contact: a secret address is fetched, read for who met whom on which day, and dropped."""
