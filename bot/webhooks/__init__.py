"""Webhooks: which events there are, how each is written, put into the outbox, signed and sent."""
