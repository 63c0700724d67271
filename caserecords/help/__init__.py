"""Help for users: the keys of each page."""
