"""Benchmarks of Tend (`make bench`). Each result is the ratio of two things measured alternately in one run."""
