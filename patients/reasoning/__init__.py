"""Pure functions that compute from what was reported, and say how."""
