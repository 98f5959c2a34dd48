"""The store, on disk and in memory."""
