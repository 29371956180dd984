"""Work that goes on after the answer: imports, exports, pictures."""
