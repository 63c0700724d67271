"""The images of a case, what is marked on them, and how they came in."""

from imaging.models.figures import (
    TWO_ENDED,
    Annotation,
    Colour,
    Figure,
    Kind,
    Panel,
    Shape,
    SliceLevel,
)
from imaging.models.images import REMOVED, Instance, Series, Study
from imaging.models.imports import ImportFile, ImportJob, Outcome, Source, State
from imaging.models.owned import OwnedQuerySet
from imaging.models.policy import Dates, Identifiers, ImagingPolicy, Inbox

__all__ = [
    "REMOVED",
    "TWO_ENDED",
    "Annotation",
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
    "Outcome",
    "OwnedQuerySet",
    "Panel",
    "Series",
    "Shape",
    "SliceLevel",
    "Source",
    "State",
    "Study",
]
