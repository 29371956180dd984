"""Work in threads: what continues after the answer (imports, exports, pictures), and mail that is taken in."""
