"""Radios, airtime, clocks: the link against recordings of real firmware and against simulated devices."""
