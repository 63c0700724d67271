"""What a reader sees of a case: sections, numbered tables, figures, words."""
