"""Deliveries, the signals people were told, and the scheduler's heartbeat."""
