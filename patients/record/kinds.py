"""The kinds of rows of a case, in the order of the document, as their models declare them.

What follows from the models is worked out when it is asked for, so that it holds for a kind that
was only just added to ROW_MODELS. The attributes are described at patients.models.Row.
"""

from patients.models import ROW_MODELS


def top_models():
    """Return the models whose rows are a list of the document's first level."""
    return [model for model in ROW_MODELS if not model.PARENT]


def nested_models():
    """Return the models whose rows are nested in other rows."""
    return [model for model in ROW_MODELS if model.PARENT]


def parent_of(model):
    """Return the model that a nested model's rows belong to."""
    return model._meta.get_field(model.PARENT).related_model


def children_of(model):
    """Return the models that are nested in the rows of this one."""
    return [child for child in nested_models() if parent_of(child) is model]


def by_key():
    """Return {document key: model}."""
    return {model.DOCUMENT_KEY: model for model in ROW_MODELS}


def keys_of(holds):
    """Return the document keys of the models for which `holds(model)` is true."""
    return [model.DOCUMENT_KEY for model in ROW_MODELS if holds(model)]


def tests():
    """Return the document keys of what is a test."""
    return keys_of(lambda model: model.IS_TEST)


def title_of(key):
    """Return the words for a list of the case document; the key itself where it is unknown."""
    model = by_key().get(key)
    return model.TITLE if model else key
