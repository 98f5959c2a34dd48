"""The operator's terminal: its decisions, its screens driven by keys, and the whole of it in a real terminal."""
