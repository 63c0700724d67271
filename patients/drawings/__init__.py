"""Drawings of a case: plain data in, frozen shapes out for templates that write SVG."""
