"""Symbols drawn as SVG: the fonts lack some of them, and their glyphs differ in size."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()
CIRCLE = '<circle cx="6" cy="6" r="4.75" fill="none"/>'
SHAPES = {
    "○": CIRCLE,
    "◐": CIRCLE + '<path d="M6 1.25a4.75 4.75 0 0 0 0 9.5z"/>',
    "●": '<circle cx="6" cy="6" r="4.75"/>',
    "□": '<rect x="1.25" y="1.25" width="9.5" height="9.5" rx="1" fill="none"/>',
    "▣": '<path d="M1.25 1.25h9.5v3h-9.5zM2.25 4.25v6.5h7.5v-6.5M4.5 6.5h3" fill="none"/>',
}


@register.filter
def drawn(text):
    """Return a symbol as an SVG in the text's colour, and any other text unchanged.

    Screen readers skip the drawing, so it needs a word beside it.
    """
    if text not in SHAPES:
        return text
    return format_html(
        '<svg class="symbol" viewBox="0 0 12 12" aria-hidden="true">{}</svg>',
        mark_safe(SHAPES[text]),
    )
