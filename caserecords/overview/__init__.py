"""The case page: compact summaries of the sections, what to do next, and the section navigation."""
