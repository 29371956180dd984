"""What nudges and the digest have to say."""
