"""Measurements beside a real Orthanc on the same files: `python -m tests.benchmarks`."""
