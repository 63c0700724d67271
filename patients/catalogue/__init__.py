"""Vocabulary as code: pure tables with their sources. Nothing here knows Django."""
