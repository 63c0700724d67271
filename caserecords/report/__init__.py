"""The report of a case: sections, numbered tables and figures with captions."""
