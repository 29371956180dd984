"""Continue work in a thread after the answer: imports, exports, pictures."""
