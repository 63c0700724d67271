"""Start-up tasks of a server process; can be imported before the settings are ready."""

from importlib import import_module


def resume_imports():
    """Resume interrupted imports in the background; call this when the apps are ready."""
    import_module("imaging.intake.receiving").resume_in_background()
