"""The project package: composes the record and its images."""

from django.apps import AppConfig


class CaserecordsConfig(AppConfig):
    name = "caserecords"
