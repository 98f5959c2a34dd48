"""Many stations of the real core on a virtual clock, over simulated radios: days and hundreds of faults in seconds."""
