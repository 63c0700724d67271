"""Clinical reasoning about a case and its images, for pages and REST; never a diagnosis."""
