"""Tests, in the same folders as the code."""

PASSWORD = "correct horse battery staple"  # the password of every test user
