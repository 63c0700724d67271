"""What a DICOM object that is written here is known by."""

import hashlib
from dataclasses import dataclass

MANUFACTURER = "Caserecords"
SERIES_NUMBERS = {
    "presentation-state": 9001,
    "key-objects": 9002,
    "report": 9003,
    "colour-presentation-state": 9004,
}


@dataclass(frozen=True)
class Identity:
    """What an object is known by: its kind, a text that names its content, date and time.

    `date` is "YYYYMMDD" and `time` "HHMMSS", of the version of the case that it was made from.
    """

    kind: str
    content: str
    date: str
    time: str

    def uid(self, purpose):
        """Return the UID of one part of the object (PS3.5 B.2)."""
        digest = hashlib.sha256(f"{self.kind}\0{purpose}\0{self.content}".encode()).digest()
        return f"2.25.{int.from_bytes(digest[:16], 'big')}"

    def arguments(self):
        """Return what highdicom wants to know of every object."""
        return {
            "series_instance_uid": self.uid("series"),
            "series_number": SERIES_NUMBERS[self.kind],
            "sop_instance_uid": self.uid("instance"),
            "instance_number": 1,
            "manufacturer": MANUFACTURER,
        }
