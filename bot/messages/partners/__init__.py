"""Messages about one partner: explanation, history, fit, merge and channels."""
