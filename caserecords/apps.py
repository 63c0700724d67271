"""The project package: composes the record and its images."""

from importlib import import_module

from django.apps import AppConfig


class CaserecordsConfig(AppConfig):
    name = "caserecords"

    def ready(self):
        """Make the images a part of the case document; models can be imported only from here on."""
        register = import_module("patients.document").register
        register(import_module("imaging.document.part").PART)
