"""Models of a case's images, marks, figures and imports, and of a team's imaging policy."""

from imaging.models.figures import (
    TWO_ENDED,
    Annotation,
    ArrowheadShape,
    Colour,
    Figure,
    Kind,
    Panel,
    SliceLevel,
)
from imaging.models.images import REMOVED, Instance, Series, Study
from imaging.models.imports import FileOutcome, ImportFile, ImportJob, Source, State
from imaging.models.owned import OwnedQuerySet
from imaging.models.policy import Dates, Identifiers, ImagingPolicy, Inbox

__all__ = [
    "REMOVED",
    "TWO_ENDED",
    "Annotation",
    "ArrowheadShape",
    "Colour",
    "Dates",
    "Figure",
    "Identifiers",
    "ImagingPolicy",
    "ImportFile",
    "ImportJob",
    "Inbox",
    "Instance",
    "Kind",
    "FileOutcome",
    "OwnedQuerySet",
    "Panel",
    "Series",
    "SliceLevel",
    "Source",
    "State",
    "Study",
]
