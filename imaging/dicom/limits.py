"""Limits on the resources that one file or archive may use."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, times in seconds, counts, and the ratio of unpacked to packed size."""

    file_bytes: int = 64 * MEGABYTE
    archive_bytes: int = 1024 * MEGABYTE
    archive_entries: int = 5_000
    archive_ratio: int = 200
    rows: int = 8_192
    columns: int = 8_192
    frames: int = 2_000
    decoded_bytes: int = 512 * MEGABYTE
    nesting: int = 32
    elements: int = 50_000
    cpu_seconds: int = 10
    memory_bytes: int = 1024 * MEGABYTE
    wall_seconds: float = 9.5  # so that every call ends within 10 seconds

    def inflated_bytes(self, packed):
        """Return the largest size to which `packed` bytes may inflate: 16 MB to decoded_bytes."""
        return min(self.decoded_bytes, max(16 * MEGABYTE, self.archive_ratio * packed))


LIMITS = Limits()
