"""The simulated devices: against recordings of real firmware, on a virtual clock, and over real TCP."""
