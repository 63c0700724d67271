"""Benchmarks; `python -m tests.benchmarks` compares the site with Orthanc on the same files."""
