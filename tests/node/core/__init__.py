"""Step tests of the core."""
