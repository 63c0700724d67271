"""Clinical vocabulary: CSV tables with their sources, and look-ups that do not need Django."""
