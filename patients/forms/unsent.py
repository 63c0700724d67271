"""Forms in which only an empty field clears a value."""

from django import forms


class KeepUnsent(forms.BaseForm):
    """A mixin for forms: a field that was not sent keeps its initial value.

    A checkbox that is not ticked is never sent. It is taken as sent, unless no field was sent.
    """

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if not self.is_bound:
            return
        unsent = [bound for bound in self if self.is_unsent(bound)]
        if len(unsent) < len(self.fields):
            unsent = [bound for bound in unsent if not is_checkbox(bound)]
        self.data = self.data.copy()
        for bound in unsent:
            self.data[bound.html_name] = bound.field.prepare_value(bound.initial)

    def is_unsent(self, bound):
        if is_checkbox(bound):
            return bound.html_name not in self.data
        widget = bound.field.widget
        return widget.value_omitted_from_data(self.data, self.files, bound.html_name)


def is_checkbox(bound):
    return isinstance(bound.field.widget, forms.CheckboxInput)
