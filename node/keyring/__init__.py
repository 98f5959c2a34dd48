"""Keys on disk, the roster file, and the signer that holds what is unlocked."""
