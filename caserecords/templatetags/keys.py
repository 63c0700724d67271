"""Template tags that list keys: {% key_groups "viewer panes" %} in the block `keys` of a page."""

from django import template

from caserecords.help.keys import BY_SLUG, groups_of_section

register = template.Library()


@register.inclusion_tag("caserecords/_keys.html")
def key_groups(slugs):
    """Render groups of keys as lists with headings."""
    return {"groups": [BY_SLUG[slug] for slug in slugs.split()]}


@register.inclusion_tag("caserecords/_keys.html")
def section_key_groups(page):
    """Render the groups of keys that work on an entry page."""
    return {"groups": [BY_SLUG[slug] for slug in groups_of_section(page)]}


@register.inclusion_tag("caserecords/_key_legend.html")
def key_legend(page):
    """Render the keys of an entry page as one paragraph, without those of the body map."""
    groups = [BY_SLUG[slug] for slug in groups_of_section(page) if slug != "map"]
    return {"keys": [key for group in groups for key in group.keys]}
