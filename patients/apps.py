"""App configuration of the clinical record."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    name = "patients"
