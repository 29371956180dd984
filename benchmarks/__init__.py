"""How fast Tend is, always as a ratio of two things measured in turn in one run: `make bench`."""
