"""The daemon's parts by themselves, and whole daemons as processes."""
