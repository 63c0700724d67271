"""Pure functions that compute results from the recorded findings, with formulas and sources."""
