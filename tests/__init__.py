"""Tests: a folder for each app, and others such as browser, js and benchmarks."""

PASSWORD = "correct horse battery staple"  # the password of every test user
