"""Both clients against a real server, and against what is none."""
