"""The use cases: one function, one transaction, no network inside, a frozen result out."""
