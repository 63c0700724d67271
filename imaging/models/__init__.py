"""The images of a case, what is marked on them, and how they came in."""

from imaging.models.figures import Annotation, Colour, Figure, Panel, Shape
from imaging.models.images import REMOVED, Instance, Series, Study
from imaging.models.imports import ImportFile, ImportJob, Outcome, State
from imaging.models.owned import OwnedQuerySet

__all__ = [
    "REMOVED",
    "Annotation",
    "Colour",
    "Figure",
    "ImportFile",
    "ImportJob",
    "Instance",
    "Outcome",
    "OwnedQuerySet",
    "Panel",
    "Series",
    "Shape",
    "State",
    "Study",
]
