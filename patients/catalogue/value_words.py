"""Vocabulary for parsing values: states, comparators, ambiguous abbreviations and units."""

STATES = {
    "normal": "normal",
    "negative": "negative",
    "no_response": "no response",
    "not_tested": "not tested",
    "not_obtainable": "not obtainable",
    "not_recorded": "not recorded",
}
COMPARATORS = ("<", "<=", ">", ">=")
STATE_WORDS = {
    "normal": "normal",
    "within normal limits": "normal",
    "wnl": "normal",
    "negative": "negative",
    "neg": "negative",
    "nr": "no_response",
    "no response": "no_response",
    "absent": "no_response",
    "absent response": "no_response",
    "nt": "not_tested",
    "not tested": "not_tested",
    "not done": "not_tested",
    "not performed": "not_tested",
    "not obtainable": "not_obtainable",
    "unobtainable": "not_obtainable",
    "not recorded": "not_recorded",
    "not reported": "not_recorded",
    "not stated": "not_recorded",
    "not available": "not_recorded",
    **{slug.replace("_", " "): slug for slug in STATES},
    **{slug: slug for slug in STATES},
}
# Words that mean "no response" only in a recording. Elsewhere, NR can also mean not reported or
# non-reactive, and what is absent is a finding.
OF_RESPONSES = ("nr", "absent")
AMBIGUOUS = {
    "-": "negative, none or not recorded",
    "n": "normal, negative or not tested",
    "na": "not applicable or not available",
    "n/a": "not applicable or not available",
    "nd": "not done or not detected",
}
COMPARATOR_WORDS = {
    "≤": "<=",
    "=<": "<=",
    "≥": ">=",
    "=>": ">=",
    "less than": "<",
    "under": "<",
    "below": "<",
    "at most": "<=",
    "up to": "<=",
    "no more than": "<=",
    "not more than": "<=",
    "not exceeding": "<=",
    "a maximum of": "<=",
    "no less than": ">=",
    "not less than": ">=",
    "no fewer than": ">=",
    "a minimum of": ">=",
    "fewer than": "<",
    "lower than": "<",
    "higher than": ">",
    "exceeding": ">",
    "more than": ">",
    "greater than": ">",
    "over": ">",
    "above": ">",
    "at least": ">=",
    **{sign: sign for sign in COMPARATORS},
}
# The last word of "40 or more".
TRAILING_COMPARATORS = {
    **dict.fromkeys("more greater higher above over longer later older better".split(), ">="),
    **dict.fromkeys("less fewer lower below under shorter earlier younger".split(), "<="),
}
# Words about a value: True if they may stand before any number ("mean 41"), False if only before
# a titre ("negative at 1:10"), because "negative 5" and "increased 5" could mean something else.
QUALIFIERS = {
    **dict.fromkeys("mean median average peak maximum minimum max min total".split(), True),
    **dict.fromkeys("positive elevated raised high low normal abnormal borderline".split(), True),
    "weakly positive": True,
    "strongly positive": True,
    **dict.fromkeys(("negative", "weak positive", "strong positive", "reactive"), False),
    **dict.fromkeys(("increased", "decreased", "reduced"), False),
}
# A footnote mark after a value: "24.1*", "3.2 †", "5 µV^a" or a raised letter; a plain letter can
# be a unit.
MARK = r"(?:[*†‡§¶#]+|\^[a-z]\b|[\u1d43\u1d47\u1d9c\u1d48\u1d49\u1da0\u1d4d])+"
# Words that can follow a number but are not units: "6 left" is not a value.
NOT_UNITS = frozenset(
    "left right both of or and to at in on with the normal high low no not per by from than less"
    " more about side sides th st nd rd x".split()
)
# Units that are whole words, besides those of `patients.catalogue.units`.
WORD_UNITS = frozenset(
    "percentile centile attacks episodes pounds copies events people sessions stimuli turns".split()
)
