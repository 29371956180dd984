"""A partner's review, its issues, and the trust survey."""
