"""Slack's requests → understand, act, show. One line of duty each; no rule and no text lives here."""
