"""Where a station's form schemas come from."""
