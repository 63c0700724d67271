"""What a server process takes up when it starts. Importing this needs no settings yet."""

from importlib import import_module


def resume_imports():
    """Resume the imports that a crash left, in the background; call it once the apps are ready."""
    import_module("imaging.intake.receiving").resume_in_background()
