"""App configuration of imaging: the DICOM images of a case."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "imaging"
