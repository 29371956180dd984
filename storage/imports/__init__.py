"""Import batches, staged files, and rolling an import back."""
