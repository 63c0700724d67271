"""App configuration of imaging, which manages the DICOM images of cases."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    name = "imaging"
