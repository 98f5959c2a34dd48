"""What a station runs on: power boards behind one small interface, and what follows from their figures."""
