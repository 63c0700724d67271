"""The imaging part of a case document: enough to list the images without their files.

    {"studies": [{…, "series": [{…, "instances": [{…}]}]}], "levels": [{…}], "annotations": [{…}],
     "figures": [{…, "panels": [{…}]}]}

Lists are in the order of the rows; unknown values are left out. Images are identified by UID and by
the SHA-256 hash of their file; the file itself need not be stored.
"""

from imaging.document import pieces
from imaging.document.parsing import check
from imaging.document.reading import read
from imaging.document.shapes import KEY, schema
from imaging.document.writing import write
from imaging.file_cleanup import discard_files
from patients.record.parts import DocumentPart

PART = DocumentPart(
    KEY,
    read,
    check,
    write,
    schema,
    discard=discard_files,
    split=pieces.split,
    join=pieces.join,
    read_piece=pieces.read_piece,
    is_summarised=pieces.is_summarised,
    summarise=pieces.summarise,
    with_named=pieces.with_named_images,
    linked=(pieces.STUDIES,),
)
