"""The project package: composes the record, its images, and the reasoning over both."""

from importlib import import_module

from django.apps import AppConfig


class CaserecordsConfig(AppConfig):
    name = "caserecords"

    def ready(self):
        """Add the images and the reasoning to the document; models can be imported from here on."""
        import_module("patients.record.parts").register(import_module("imaging.document.part").PART)
        computed = import_module("caserecords.reasoning.computed")
        import_module("patients.record.computed").register(computed.reason)
        import_module("patients.versions.summary").register(computed.summarise)
