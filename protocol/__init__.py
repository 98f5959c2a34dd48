"""What stations say to each other: pure functions over bytes, specified in SPEC.md."""
