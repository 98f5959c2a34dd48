"""Radios, power, clocks and storage media: small interfaces with real and simulated makers."""
