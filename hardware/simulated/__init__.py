"""Meshtastic devices that are not there: real bytes at the client API, a modelled radio, one air between them."""
