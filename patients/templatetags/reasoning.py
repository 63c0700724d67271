"""Template tags for reasoning: findings as text, with links to their tables."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.entry.sections import section_of

register = template.Library()
# English strings from modules that do not use Django, marked here for translation.
STRINGS = (
    gettext_lazy("weak"),
    gettext_lazy("normal strength"),
    gettext_lazy("active denervation"),
    gettext_lazy("neurogenic change"),
    gettext_lazy("no active denervation"),
    gettext_lazy("decreased"),
    gettext_lazy("absent"),
    gettext_lazy("normal"),
    gettext_lazy("motor response absent"),
    gettext_lazy("motor response reduced"),
    gettext_lazy("motor response normal"),
    gettext_lazy("motor response not reduced compared with the other side"),
    gettext_lazy("sensory response absent"),
    gettext_lazy("sensory response reduced"),
    gettext_lazy("sensory response normal"),
    gettext_lazy("sensory response not reduced compared with the other side"),
    gettext_lazy("sensory response present"),
)
PARASPINALS = {
    "denervated": gettext_lazy("paraspinals denervated at this level"),
    "spared": gettext_lazy("paraspinals spared at this level"),
    "not examined": gettext_lazy("paraspinals not examined at this level"),
}
SYMMETRIC = {
    "sensory": gettext_lazy("Symmetric sensory finding"),
    "motor": gettext_lazy("Symmetric motor finding"),
    "reflex": gettext_lazy("Symmetric reflex finding"),
    "strength": gettext_lazy("Weakness on both sides"),
}


@register.filter
def finding_text(finding):
    """Return the text of a finding, such as "Tibialis anterior: active denervation"."""
    return f"{_(finding.label)}: {_(finding.words)}"


@register.simple_tag
def finding_link(finding, case):
    """Return a finding's text as a link to its section of the case page, then its detail if any."""
    url = reverse("caserecords:show-case", args=[case.pk])
    detail = f" ({finding.detail})" if finding.detail else ""
    return format_html(
        '<a href="{}#{}">{}</a><span class="muted" translate="no">{}</span>',
        url,
        section_of(finding.table),
        finding_text(finding),
        detail,
    )


@register.filter
def translated(text):
    """Translate a string from a module that does not use Django."""
    return _(text) if text else ""


@register.filter
def paraspinals_label(rule):
    return PARASPINALS[rule.paraspinals]


@register.filter
def symmetric_label(found):
    """Return the label of a symmetric finding, such as "Symmetric sensory finding"."""
    return SYMMETRIC[found.kind]


@register.filter
def section_slug(table):
    """Return the slug of the section that shows a table."""
    return section_of(table)


@register.filter
def support_label(candidate):
    """Return a description of a candidate's support, without the number."""
    if candidate.support >= 0.75:
        return _("far ahead of the others")
    if candidate.support >= 0.4:
        return _("well supported")
    if candidate.support >= 0.1:
        return _("moderately supported")
    return _("little support") if candidate.support >= 0.01 else _("very little support")
