"""Style sheets and scripts with a hash of their contents in the name, so browsers cache them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Files collected and compressed by `collectstatic`; modules import hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 30  # one for each level of the viewer's imports
