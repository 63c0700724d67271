"""The report of a case: sections, numbered tables, figures and their texts."""
