"""Engine, transactions, deadlines, bulk statements."""
