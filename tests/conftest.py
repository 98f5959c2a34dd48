"""What holds for every test."""

from hypothesis import HealthCheck, settings

# Machines here are shared: a slow example says nothing about the code, and each run is bounded by its examples.
settings.register_profile("bavn", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("bavn")
