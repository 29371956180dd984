"""The use cases. Each is one function and one transaction, does no network I/O inside it, and returns a frozen result.

Every use case raises `NotFound` for an id or a name that the caller's workspace does not have, or whose row was undone.
"""
