"""Nudges, the digest and the signals behind them."""
