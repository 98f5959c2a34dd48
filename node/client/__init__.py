"""Clients of a running station: blocking for commands, and what the console sees of the API."""
