"""Style sheets and scripts under names that tell their contents, so that browsers keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Collected and compressed by `collectstatic`; modules import each other by hashed names."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 30  # one for each level of the viewer's imports
