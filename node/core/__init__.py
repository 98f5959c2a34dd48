"""The station's decisions: events in, effects out, no clock, no chance, no I/O."""
