"""Write key slices as a Key Object Selection Document (PS3.3 A.35.4, PS3.16 TID 2010)."""

from highdicom.ko import KeyObjectSelection, KeyObjectSelectionDocument
from pydicom.sr.codedict import codes

from imaging.dicom.written_objects import read_evidence, settle, to_bytes


def write_key_objects(paths, description, identity):
    """Return the bytes of a key object selection of the images in `paths`, titled "Of Interest"."""
    images = list(read_evidence(paths).values())
    content = KeyObjectSelection(
        document_title=codes.DCM.OfInterest, referenced_objects=images, description=description
    )
    document = KeyObjectSelectionDocument(evidence=images, content=content, **identity.arguments())
    return to_bytes(settle(document, identity))
