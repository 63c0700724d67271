"""Layout of the drawings of a case, as frozen dataclasses that templates render as SVG."""
