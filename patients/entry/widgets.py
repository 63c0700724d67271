"""Widgets rendered without templates, because an entry page can contain thousands of inputs."""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join


class Uncut:
    """A text without the attribute maxlength: a browser would cut off the end of a pasted one."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super().build_attrs(base_attrs, extra_attrs)
        attrs.pop("maxlength", None)
        return attrs


class TextBox(Uncut, forms.TextInput):
    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, attrs) | ({"value": value} if value else {})
        return format_html('<input type="text" name="{}"{}>', name, flatatt(attrs))


class TextArea(Uncut, forms.Textarea):
    def render(self, name, value, attrs=None, renderer=None):
        attrs = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<textarea name="{}"{}>\n{}</textarea>', name, attrs, value or "")


class ChoiceWidget(Uncut, forms.Select):
    def render(self, name, value, attrs=None, renderer=None):
        attrs = flatatt(self.build_attrs(self.attrs, attrs))
        chosen = {True: " selected"}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, chosen.get(key == (value or ""), ""), label) for key, label in self.choices),
        )
        return format_html('<select name="{}"{}>{}</select>', name, attrs, options)


class Tick(forms.CheckboxInput):
    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, attrs) | ({"checked": True} if value else {})
        return format_html('<input type="checkbox" name="{}"{}>', name, flatatt(attrs))
