"""`bavn demo`: a message crosses a blackout on this machine, with real processes and simulated radios."""
