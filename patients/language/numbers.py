"""Numbers in text: their pattern, their normal spelling, and their Decimal."""

import re
from decimal import Decimal

MICRO, NARROW_SPACE = "\u00b5", "\u202f"
DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"))
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

# An exponent of more than two digits is a typing error, and would overflow in calculations.
_POWER = r"(?:(?:[eE][+-]?|×10\^-?)[0-9]{1,2}(?![0-9]))?"
_GROUPED = rf"[1-9][0-9]{{0,2}}(?:(?:,[0-9]{{3}})+|(?:{NARROW_SPACE}[0-9]{{3}})+)"
NUMBER = rf"[+-]?(?:{_GROUPED}(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+){_POWER}"


def numeric(words: str) -> str:
    """Normalise the minus sign, the micro sign, thousands separators and powers of ten."""
    text = words.translate(DASHES).replace("\u03bc", MICRO)
    text = re.sub(
        r"(?<![\d.,])([1-9]\d{0,2})((?: \d{3})+)(?![\d])",
        lambda match: match[1] + match[2].replace(" ", NARROW_SPACE),
        text,
    )
    text = re.sub(
        r"(?<=\d) ?[x×*] ?10(?:(?:\^|\*\*)([+-]?\d+)|([⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+))",
        lambda match: "×10^" + (match[1] or match[2].translate(_SUPERSCRIPTS)).lstrip("+"),
        text,
    )
    return text


def is_number(text: str) -> bool:
    return bool(re.fullmatch(NUMBER, numeric(text)))


def to_decimal(number: str) -> Decimal:
    """Convert a number as stored ("12,400", "1.2×10^3") to a Decimal."""
    return Decimal(number.replace(",", "").replace(NARROW_SPACE, "").replace("×10^", "e"))
