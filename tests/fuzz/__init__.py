"""Bytes from outside, without end: what every reader of them must do whatever they are."""
