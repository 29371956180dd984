"""The quarterly review of one partner, its issues, and the trust survey."""
