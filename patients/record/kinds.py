"""Look up row models, in document order.

Results are not cached, so that models added to ROW_MODELS later are included. CaseRow describes the
attributes of the models.
"""

from patients.models import ROW_MODELS


def top_models():
    """Return the models whose rows are a top-level list of the document."""
    return [model for model in ROW_MODELS if not model.PARENT]


def nested_models():
    """Return the models whose rows are nested in other rows."""
    return [model for model in ROW_MODELS if model.PARENT]


def parent_of(model):
    """Return the model that a nested model's rows belong to."""
    return model._meta.get_field(model.PARENT).related_model


def children_of(model):
    """Return the models whose rows are nested in rows of this model."""
    return [child for child in nested_models() if parent_of(child) is model]


def by_key():
    """Return {document key: model}."""
    return {model.DOCUMENT_KEY: model for model in ROW_MODELS}


def keys_of(predicate):
    """Return the document keys of the models for which `predicate(model)` is true."""
    return [model.DOCUMENT_KEY for model in ROW_MODELS if predicate(model)]


def tests():
    """Return the document keys of the models whose rows are tests."""
    return keys_of(lambda model: model.IS_TEST)


def title_of(key):
    """Return the title of a list of the case document; the key itself if it is unknown."""
    model = by_key().get(key)
    return model.TITLE if model else key
