"""A partner's explanation, history, fit, merge and channels."""
