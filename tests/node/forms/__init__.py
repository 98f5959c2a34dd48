"""Where forms come from, and the times in them."""
