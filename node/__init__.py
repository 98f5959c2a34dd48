"""A station: a pure core that decides, and around it store, API, daemon and commands."""
