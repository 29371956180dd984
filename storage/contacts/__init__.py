"""The people at partners: who they are, at which addresses, and when they were last spoken with."""
