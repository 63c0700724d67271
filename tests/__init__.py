"""Tests, in the same folders as the code."""

PASSWORD = "correct horse battery staple"  # of every test user
