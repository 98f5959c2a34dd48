"""The house itself: layers, entry points, documents."""
