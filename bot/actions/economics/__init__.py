"""What a partnership costs, what its terms pay, and what more would do."""
