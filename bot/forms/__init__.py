"""Form inputs: how to render, read and describe each."""
