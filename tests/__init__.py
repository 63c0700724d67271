"""Tests, in folders that mirror those of the code."""

PASSWORD = "correct horse battery staple"  # the password of every test user
