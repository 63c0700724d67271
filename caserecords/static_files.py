"""Static files with a hash in their names, so that browsers can cache them indefinitely."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files; imports between JavaScript modules are rewritten too."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 30  # must be at least the depth of the viewer's import tree
