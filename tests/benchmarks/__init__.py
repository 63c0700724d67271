"""Benchmarks, some compared with a real Orthanc on the same files: `python -m tests.benchmarks`."""
