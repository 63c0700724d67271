"""Tests; they mirror the tree."""

PASSWORD = "correct horse battery staple"  # of every user that a test makes
