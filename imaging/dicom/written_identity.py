"""UIDs and other identifiers of the DICOM objects that Caserecords creates."""

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
    """What identifies a written object: its kind, its content as a string, its date and its time.

    `date` ("YYYYMMDD") and `time` ("HHMMSS") are those of the case version the object is made from.
    """

    kind: str
    content: str
    date: str
    time: str

    def uid(self, purpose):
        """Return a UID derived from the kind, the purpose and the content (PS3.5 B.2)."""
        digest = hashlib.sha256(f"{self.kind}\0{purpose}\0{self.content}".encode()).digest()
        return f"2.25.{int.from_bytes(digest[:16], 'big')}"

    def arguments(self):
        """Return the keyword arguments that highdicom needs for every object."""
        return {
            "series_instance_uid": self.uid("series"),
            "series_number": SERIES_NUMBERS[self.kind],
            "sop_instance_uid": self.uid("instance"),
            "instance_number": 1,
            "manufacturer": MANUFACTURER,
        }
