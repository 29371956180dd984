"""Webhooks: endpoints, the outbox of what is to be sent to them, and what is known of partners."""
