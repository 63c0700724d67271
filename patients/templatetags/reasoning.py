"""Template tags for reasoning: findings as text, with links to their tables."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.entry.sections import section_of

register = template.Library()
# English texts from modules without Django, marked here for translation.
WORDS = (
    gettext_lazy("weak"),
    gettext_lazy("of normal strength"),
    gettext_lazy("active denervation"),
    gettext_lazy("neurogenic change"),
    gettext_lazy("no active denervation"),
    gettext_lazy("decreased"),
    gettext_lazy("absent"),
    gettext_lazy("normal"),
    gettext_lazy("motor response absent"),
    gettext_lazy("motor response reduced"),
    gettext_lazy("motor response normal"),
    gettext_lazy("motor response not reduced against the other side"),
    gettext_lazy("sensory response absent"),
    gettext_lazy("sensory response reduced"),
    gettext_lazy("sensory response normal"),
    gettext_lazy("sensory response not reduced against the other side"),
    gettext_lazy("sensory response present"),
)
RULED = {
    "denervated": gettext_lazy("paraspinals of this level denervated"),
    "spared": gettext_lazy("paraspinals of this level spared"),
    "not examined": gettext_lazy("paraspinals of this level not examined"),
}
SYMMETRIC = {
    "sensory": gettext_lazy("Symmetric sensory finding"),
    "motor": gettext_lazy("Symmetric motor finding"),
    "reflex": gettext_lazy("Symmetric reflex finding"),
    "strength": gettext_lazy("Weakness of both sides"),
}


@register.filter
def in_words(finding):
    """Return the text of a finding, such as "Tibialis anterior: active denervation"."""
    return f"{_(finding.label)}: {_(finding.words)}"


@register.simple_tag
def finding_link(finding, case):
    """Return a link with the text of a finding to its table on the case page, and its detail."""
    address = reverse("caserecords:show-case", args=[case.pk])
    detail = f" ({finding.detail})" if finding.detail else ""
    return format_html(
        '<a href="{}#{}">{}</a><span class="muted" translate="no">{}</span>',
        address,
        section_of(finding.table),
        in_words(finding),
        detail,
    )


@register.filter
def translated(words):
    """Translate a text from a module without Django."""
    return _(words) if words else ""


@register.filter
def paraspinals_in_words(rule):
    return RULED[rule.paraspinals]


@register.filter
def symmetric_in_words(found):
    """Return the label of a symmetric finding, such as "Symmetric sensory finding"."""
    return SYMMETRIC[found.kind]


@register.filter
def desk_section(table):
    """Return the slug of the section that shows a table."""
    return section_of(table)


@register.filter
def support_words(candidate):
    """Return a description of a candidate's support, without the number."""
    if candidate.support >= 0.75:
        return _("far ahead of the others")
    if candidate.support >= 0.4:
        return _("well supported")
    if candidate.support >= 0.1:
        return _("also supported")
    return _("little support") if candidate.support >= 0.01 else _("hardly any support")
