"""Keys and rosters on disk."""
