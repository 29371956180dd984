"""Form inputs: how each is drawn, read back and named."""
