"""The operator's console: a client of the station, nothing more."""
