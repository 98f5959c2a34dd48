"""The configuration file: one TOML table per part of a station, read whole before anything starts."""
