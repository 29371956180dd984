"""Record, change and undo rows of the ledger, and what was promised with them."""
