"""Partners, their names, promises, issues, reviews, history and merges."""
