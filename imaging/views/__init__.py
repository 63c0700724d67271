"""Pages of a case's images."""
