"""Codec 3: text coded by what usually follows, mixed from many contexts with trained tables (SPEC.md, section 5)."""
