"""Views of a case's images."""
