"""The station as a process: one thread that decides, an event loop for radio, clients and time."""
