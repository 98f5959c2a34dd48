"""Words for people: English in the code, Danish in the catalogue; what a step, a fault, a status is called."""
