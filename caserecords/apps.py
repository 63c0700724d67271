"""App configuration of the project package, which combines records, images and reasoning."""

from importlib import import_module

from django.apps import AppConfig


class CaserecordsConfig(AppConfig):
    name = "caserecords"

    def ready(self):
        """Register images and reasoning with the document, summary and navigation of a case."""
        import_module("patients.record.parts").register(import_module("imaging.document.part").PART)
        computed = import_module("caserecords.reasoning.computed")
        import_module("patients.record.computed").register(computed.reason)
        import_module("patients.versions.summary").register(computed.summarise)
        section_lines = import_module("caserecords.overview.section_lines")
        import_module("patients.entry.navigation").register(section_lines.add_lines)
