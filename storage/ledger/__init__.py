"""Activities, trust ratings, costs, and their totals."""
