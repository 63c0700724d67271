"""Forms in which only an empty field clears a value."""

from django import forms

HIDDEN = {"csrfmiddlewaretoken", "opened_by", "form_token"}  # see templates/_form_tokens.html


def sends_nothing(data):
    """Return whether a form was sent without any field or button."""
    return not data.keys() - HIDDEN


class KeepUnsent(forms.BaseForm):
    """A mixin for forms: a field that was not sent keeps its initial value.

    A checkbox that is not ticked is never sent, so it is always taken as sent.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.is_bound:
            self.data = self.data.copy()
            for bound in self:
                if bound.field.widget.value_omitted_from_data(
                    self.data, self.files, bound.html_name
                ):
                    self.data[bound.html_name] = bound.field.prepare_value(bound.initial)
