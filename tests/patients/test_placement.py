"""Placement of events in time: parsing, formatting and resolving to days."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from patients.language.chronology import place_events, resolve
from patients.language.partial_date import date_bounds
from patients.language.placement import (
    COMPARATORS,
    PLACEMENT_SCHEMA,
    Placement,
    placement_from_document,
)
from patients.language.sequence import in_order, with_two_times
from patients.language.values import parse_value
from patients.language.when import hint_for, parse_when, read_when

VALID = Draft202012Validator(PLACEMENT_SCHEMA)
LABELS = {
    "e0": "Admission",
    "e1": "Pain",
    "e2": "Weakness of the left leg",
    "e3": "Weakness of the right leg",
    "e4": "End of treatment",
}
EVENTS = {label: key for key, label in LABELS.items()}

amounts = st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,2})?", fullmatch=True)
anchors = st.sampled_from([None, *LABELS])
units = st.sampled_from(["hours", "days", "weeks", "months", "years"])


def _signed(sign, amount):
    return f"-{amount}" if sign and Decimal(amount) else amount


@st.composite
def offsets(draw, units=units, anchors=anchors):
    sign, unit = draw(st.booleans()), draw(units)
    near, far = sorted(draw(st.tuples(amounts, amounts)), key=Decimal)
    high = _signed(sign, far) if Decimal(near) < Decimal(far) and draw(st.booleans()) else None
    return Placement(
        "offset",
        anchor=draw(anchors),
        offset=_signed(sign, near),
        offset_high=high,
        unit=unit,
        approximate=draw(st.booleans()),
        precision=unit[:-1],
    )


full_dates = st.dates().filter(lambda day: 1000 <= day.year <= 2999).map(str)
cut_dates = st.tuples(full_dates, st.sampled_from([4, 7, 10])).map(lambda pair: pair[0][: pair[1]])
some_dates = st.none() | cut_dates
age_units = st.sampled_from(["days", "weeks", "months", "years"])
PRECISION = {4: "year", 7: "month", 10: "day"}


@st.composite
def compared(draw):
    """Times such as "more than 3 months after admission" and "within 2 weeks of admission"."""
    unit, comparator = draw(units), draw(st.sampled_from(COMPARATORS))
    sign = comparator != "within" and draw(st.booleans())
    return Placement(
        "offset",
        anchor=draw(anchors),
        offset=_signed(sign, draw(amounts)),
        unit=unit,
        comparator=comparator,
        precision=unit[:-1],
        date=draw(some_dates),
    )


@st.composite
def date_ranges(draw):
    ends = draw(st.tuples(cut_dates, cut_dates))
    low, high = sorted(ends, key=lambda text: date_bounds(text)[1])
    assume(date_bounds(low)[1] < date_bounds(high)[1])
    precision = PRECISION[min(len(low), len(high))]
    return Placement(
        "date", date=low, date_high=high, precision=precision, approximate=draw(st.booleans())
    )


ways = st.sampled_from(["before", "by", "after"])
vague = st.none() | st.sampled_from(["several weeks", "a few days", "shortly"])
orders = st.one_of(
    st.builds(
        lambda way, anchor, text: _order(way, anchor=anchor, text=text), ways, anchors, vague
    ),
    st.builds(lambda way, date, text: _order(way, date=date, text=text), ways, cut_dates, vague),
    st.builds(lambda way, age, unit: _order(way, age=age, age_unit=unit), ways, amounts, age_units),
    st.tuples(anchors, anchors)
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: _order("between", anchor=pair[0], anchor_high=pair[1])),
)


def _order(relation, **fields):
    return Placement("order", relation=relation, **fields)


texts = st.text(min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
placements = st.one_of(
    offsets(),
    compared(),
    st.builds(lambda one, date: replace(one, date=date), offsets(), cut_dates),
    st.builds(
        lambda text, about: Placement(
            "date", date=text, approximate=about, precision=PRECISION[len(text)]
        ),
        cut_dates,
        st.booleans(),
    ),
    date_ranges(),
    st.builds(
        lambda age, unit, about, date: Placement(
            "age", age=age, age_unit=unit, approximate=about, precision=unit[:-1], date=date
        ),
        amounts,
        age_units,
        st.booleans(),
        some_dates,
    ),
    orders,
    texts.map(lambda text: Placement("text", text=text)),
    st.just(Placement("unknown")),
    st.just(Placement("index", precision="day")),
    full_dates.map(lambda text: Placement("index", date=text, precision="day")),
)


@given(placements)
def test_every_placement_round_trips_through_the_document_and_fits_the_schema(placement):
    document = placement.as_document()
    assert placement_from_document(document) == placement
    assert VALID.is_valid(document), document


@given(placements)
def test_printed_text_parses_to_the_same_placement(placement):
    printed = placement.printed(LABELS)
    again = parse_when(printed, EVENTS)
    is_zero = placement.offset and not Decimal(placement.offset) and placement.unit == "days"
    if is_zero and not placement.comparator:
        assert again.printed(LABELS) == printed  # "0.0 days after" becomes "same day"
    else:
        assert again == placement


@given(st.lists(st.text("ab é-–.'", min_size=1, max_size=6), min_size=1, max_size=4), st.data())
def test_printing_is_unambiguous_for_any_event_names(names, data):
    labels = {f"k{number}": name for number, name in enumerate(names)}
    events = {label: key for key, label in labels.items()} | {key: key for key in labels}
    key = data.draw(st.sampled_from(list(labels)))
    placement = Placement("offset", anchor=key, offset="-5", unit="days", precision="day")
    assert parse_when(placement.printed(labels), events) == placement


@pytest.mark.parametrize(
    "text, document",
    [
        ("-25d", {"offset": "-25", "unit": "days", "precision": "day"}),
        ("−25 days", {"offset": "-25", "unit": "days", "precision": "day"}),
        ("25 days before", {"offset": "-25", "unit": "days", "precision": "day"}),
        ("25 days ago", {"offset": "-25", "unit": "days", "precision": "day"}),
        ("+2w", {"offset": "2", "unit": "weeks", "precision": "week"}),
        ("day 0", {"offset": "0", "unit": "days", "precision": "day"}),
        ("0", {"offset": "0", "unit": "days", "precision": "day"}),
        ("day 10", {"offset": "10", "unit": "days", "precision": "day"}),
        (
            "25 days before admission",
            {"anchor": "e0", "offset": "-25", "unit": "days", "precision": "day"},
        ),
        (
            "Five days before pain",
            {"anchor": "e1", "offset": "-5", "unit": "days", "precision": "day"},
        ),
        (
            "3 months after the end of treatment",
            {"anchor": "e4", "offset": "3", "unit": "months", "precision": "month"},
        ),
        (
            "3 months after END of treatment",
            {"anchor": "e4", "offset": "3", "unit": "months", "precision": "month"},
        ),
        (
            "about 2 weeks before pain",
            {"anchor": "e1", "offset": "-2", "unit": "weeks", "approximate": True}
            | {"precision": "week"},
        ),
        (
            "2 to 3 weeks before",
            {"offset": "-2", "offset_high": "-3", "unit": "weeks", "precision": "week"},
        ),
        (
            "an hour after pain",
            {"anchor": "e1", "offset": "1", "unit": "hours"} | {"precision": "hour"},
        ),
        ("same day as pain", {"anchor": "e1", "offset": "0", "unit": "days", "precision": "day"}),
        ("on admission", {"anchor": "e0", "offset": "0", "unit": "days", "precision": "day"}),
        ("e1", {"anchor": "e1", "offset": "0", "unit": "days", "precision": "day"}),
        ("-25", {"offset": "-25", "unit": "days", "precision": "day"}),
        ("+3", {"offset": "3", "unit": "days", "precision": "day"}),
        (
            "-30 to -25 days",
            {"offset": "-25", "offset_high": "-30", "unit": "days", "precision": "day"},
        ),
        ("day 10–14", {"offset": "10", "offset_high": "14", "unit": "days", "precision": "day"}),
        (
            "3 to 2 weeks before",
            {"offset": "-2", "offset_high": "-3", "unit": "weeks", "precision": "week"},
        ),
        ("2,5 weeks after", {"offset": "2.5", "unit": "weeks", "precision": "week"}),
        ("after 3 months", {"offset": "3", "unit": "months", "precision": "month"}),
        (
            "the day after pain",
            {"anchor": "e1", "offset": "1", "unit": "days", "precision": "day"},
        ),
        (
            "day 3 after pain",
            {"anchor": "e1", "offset": "3", "unit": "days", "precision": "day"},
        ),
        (
            "more than 3 months after pain",
            {"comparator": ">", "anchor": "e1", "offset": "3", "unit": "months"}
            | {"precision": "month"},
        ),
        (
            "at least 2 weeks before",
            {"comparator": ">=", "offset": "-2", "unit": "weeks", "precision": "week"},
        ),
        (
            "within the week",
            {"comparator": "within", "offset": "1", "unit": "weeks", "precision": "week"},
        ),
        (
            "within 2 days after pain",
            {"comparator": "<=", "anchor": "e1", "offset": "2", "unit": "days"}
            | {"precision": "day"},
        ),
        (
            "25 days before pain; 18 February 2024",
            {"anchor": "e1", "offset": "-25", "unit": "days", "date": "2024-02-18"}
            | {"precision": "day"},
        ),
        (
            "18 February 2024 (25 days before)",
            {"offset": "-25", "unit": "days", "date": "2024-02-18", "precision": "day"},
        ),
    ],
)
def test_offsets_are_parsed(text, document):
    assert parse_when(text, EVENTS).as_document() == {"how": "offset"} | document


@pytest.mark.parametrize(
    "text, document",
    [
        ("at age 40", {"how": "age", "age": "40", "age_unit": "years", "precision": "year"}),
        ("age 40 years", {"how": "age", "age": "40", "age_unit": "years", "precision": "year"}),
        ("aged 6 months", {"how": "age", "age": "6", "age_unit": "months", "precision": "month"}),
        ("March 2011", {"how": "date", "date": "2011-03", "precision": "month"}),
        ("Mar 2011", {"how": "date", "date": "2011-03", "precision": "month"}),
        ("in 2011", {"how": "date", "date": "2011", "precision": "year"}),
        ("14 March 2011", {"how": "date", "date": "2011-03-14", "precision": "day"}),
        ("March 14, 2011", {"how": "date", "date": "2011-03-14", "precision": "day"}),
        ("2011-03-14", {"how": "date", "date": "2011-03-14", "precision": "day"}),
        ("2011-03", {"how": "date", "date": "2011-03", "precision": "month"}),
        ("unknown", {"how": "unknown", "precision": "unknown"}),
        ("?", {"how": "unknown", "precision": "unknown"}),
        ("index event", {"how": "index", "precision": "day"}),
        ("31.12.2023", {"how": "date", "date": "2023-12-31", "precision": "day"}),
        ("31/12/2023", {"how": "date", "date": "2023-12-31", "precision": "day"}),
        ("12/31/2023", {"how": "date", "date": "2023-12-31", "precision": "day"}),
        ("14-3-2011", {"how": "date", "date": "2011-03-14", "precision": "day"}),
        ("4/4/2011", {"how": "date", "date": "2011-04-04", "precision": "day"}),
        ("2023/12/31", {"how": "date", "date": "2023-12-31", "precision": "day"}),
        ("14-Mar-2011", {"how": "date", "date": "2011-03-14", "precision": "day"}),
        ("the 14th of March 2011", {"how": "date", "date": "2011-03-14", "precision": "day"}),
        ("day 0, 14 March 2024", {"how": "index", "date": "2024-03-14", "precision": "day"}),
        ("14 March 2024 (day 0)", {"how": "index", "date": "2024-03-14", "precision": "day"}),
        (
            "March to May 2011",
            {"how": "date", "date": "2011-03", "date_high": "2011-05", "precision": "month"},
        ),
        (
            "2010–2012",
            {"how": "date", "date": "2010", "date_high": "2012", "precision": "year"},
        ),
        (
            "between 3 March 2011 and May 2011",
            {"how": "date", "date": "2011-03-03", "date_high": "2011-05", "precision": "month"},
        ),
        ("3 months old", {"how": "age", "age": "3", "age_unit": "months", "precision": "month"}),
        ("at birth", {"how": "age", "age": "0", "age_unit": "days", "precision": "day"}),
    ],
)
def test_ages_dates_and_unknown_times_are_parsed(text, document):
    assert parse_when(text, EVENTS).as_document() == document


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "Enter a time"),
        ("25 days", "before or after"),
        ("25", "unit"),
        ("31 Feb 2011", "“31 Feb 2011” does not exist"),
        ("2011-13", "“2011-13” does not exist"),
        ("31.02.2011", "“31.02.2011” does not exist"),
        ("3/4/2011", "3 April 2011 or 4 March 2011"),
        ("03.04.2011", "3 April 2011 or 4 March 2011"),
        ("3/4/11", "the year in full"),
        ("September", "add the year"),
        ("14 September", "add the year"),
        ("before surgery", '"surgery" is not an event'),
        ("between pain and surgery", '"surgery" is not an event'),
        ("2012 to 2010", "earlier date first"),
        ("Ma 2011", "Ma 2011"),
        ("sometime", "sometime"),
        ("5 days before surgery", '"surgery" is not an event'),
        ("25 days prior to", "counted from"),
        ("x" * 400, "too long"),
    ],
)
def test_invalid_times_are_rejected_with_a_message(text, message):
    with pytest.raises(ValueError, match=message):
        parse_when(text, EVENTS)


@pytest.mark.parametrize(
    "text, document",
    [
        ("before pain", {"relation": "before", "anchor": "e1"}),
        ("prior to admission", {"relation": "before", "anchor": "e0"}),
        ("after the end of treatment", {"relation": "after", "anchor": "e4"}),
        ("since 2011", {"relation": "after", "date": "2011"}),
        ("by 14 March 2011", {"relation": "by", "date": "2011-03-14"}),
        ("before day 0", {"relation": "before"}),
        ("before the age of 40", {"relation": "before", "age": "40", "age_unit": "years"}),
        (
            "several weeks before pain",
            {"relation": "before", "anchor": "e1", "text": "several weeks"},
        ),
        (
            "between pain and admission",
            {"relation": "between", "anchor": "e1", "anchor_high": "e0"},
        ),
    ],
)
def test_orders_are_parsed(text, document):
    placement = parse_when(text, EVENTS)
    assert placement.as_document() == {"how": "order"} | document | {"precision": "unknown"}
    assert parse_when(placement.printed(LABELS), EVENTS) == placement


@pytest.mark.parametrize(
    "text",
    ["around Easter", "25 days", "September", "on holiday", "2–3 weeks", '"'],
)
def test_text_that_is_not_a_time_is_kept_as_written(text):
    assert read_when(text, EVENTS) == Placement("text", text=text)
    assert read_when(read_when(text, EVENTS).printed(), EVENTS).text == text


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2 h before admission", -1, 0),
        ("24 hours after admission", 1, 1),
        ("36 h after admission", 1, 2),
        ("between 3 and 5 days after admission", 3, 5),
        ("from 3 to 5 days after admission", 3, 5),
        ("2 or 3 days after admission", 2, 3),
        ("between days 3 and 5", 3, 5),
        ("a fortnight after admission", 14, 14),
        ("4 weeks and 3 days before admission", -31, -31),
        ("two years and 3 months before admission", -838, -806),
        ("a year and a half before admission", -731, -365),
        ("two and a half years prior", -1096, -730),
        ("half a year prior to admission", -198, -167),
        ("~2 months prior", -77, -45),
        ("day of admission", 0, 0),
        ("the day of admission", 0, 0),
        ("day after admission", 1, 1),
        ("11/2023", -134, -105),
        ("the week before admission", -7, 0),
        ("the day before admission", -1, -1),
        ("on day 3 of admission", 2, 3),
        ("2nd hospital day", 1, 2),
        ("hospital day 2", 1, 2),
        ("postoperative day 2", 12, 12),
        ("POD 2", 12, 12),
        ("early March 2024", -13, -4),  # the thirds of a month: 1–10, 11–20, and the rest
        ("mid-March 2024", -3, 6),
        ("the end of March 2024", 7, 17),
        ("late February 2023", -387, -380),
        ("second half of March 2024", 2, 17),
        ("first week of May 2024", 48, 54),
        ("the last week of May 2024", 72, 78),
        ("early 2024", -73, 47),  # January to April
        ("mid 2024", 48, 170),
        ("late 2024", 171, 292),
        ("first half of 2024", -73, 108),
        ("week 2", 7, 21),  # the second week, two weeks after, or the week that begins then
        ("week -2", -21, -7),
        ("weeks 2-4", 7, 35),
        ("week 2 of admission", 7, 21),
        ("2nd week of admission", 7, 14),
        ("in the third month after surgery", 70, 102),
        ("month 3", 60, 122),
        ("year 1", 0, 731),
        ("2 weeks after", 14, 14),
        ("week 0", 0, 0),
        ("day 14", 14, 14),
        ("spring 2024", -73, 292),  # March to May, or September to November
        ("Q1 2024", -73, 17),
        ("late summer 2023", -469, 17),  # in the south, a summer has parts of two years
        ("winter 2023/24", -438, 292),
        ("2023/2024", -438, 292),
        ("March/April 2024", -13, 47),
        ("14 March 2024, 10:30", 0, 0),
        ("morning of day 2", 2, 2),
    ],
)
def test_times_are_exact_only_if_their_words_are(text, low, high):
    day0 = Placement("index", date="2024-03-14", precision="day")
    events = {"Admission": "admission", "Surgery": "surgery"}
    placement = parse_when(text, events)
    case = {"admission": day0, "surgery": _offset("10", "days"), "x": placement}
    found = resolve(case)["x"]
    assert (found.low, found.high, found.exact) == (low, high, low == high)
    labels = {key: label for label, key in events.items()}
    assert parse_when(placement.printed(labels), events) == placement
    assert placement_from_document(placement.as_document()) == placement
    assert VALID.is_valid(placement.as_document())


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a week later", "enter the event that it is counted from"),
        ("3 months prior to", "enter the event that it is counted from"),
        ("September", "add the year"),
        ("since childhood", '"childhood" is not an event of this case'),
        ("5 days before surgery", '"surgery" is not an event of this case'),
        ("2 days after weakness", '"weakness" could be'),
        ("2 days after weakness of the l", '"weakness of the l" could be "Weakness of the left'),
        ("3 weeks later", "enter the event that it is counted from"),
        ("since pai", '"pai" could be "Pain": enter the whole name'),
        ("13/2023", ""),
        ("4 weeks and 3 months before", ""),
        ("2nd hospital day", ""),
        ("postoperative day 2", ""),
        ("the same day", ""),
        ("the next morning", ""),
        ("overnight", ""),
        ("for 3 months", ""),
        ("first week of May", ""),
    ],
)
def test_a_time_that_leaves_its_day_open_is_kept_with_a_hint(text, hint):
    events = {label: key for label, key in EVENTS.items() if label != "Admission"}
    assert read_when(text, events) == Placement("text", text=text)
    assert hint_for(text, events).startswith(hint) and bool(hint) == bool(hint_for(text, events))


def test_any_time_can_be_kept_as_written_in_quotation_marks():
    for text in ("5 days before surgery", "3/4/2011", "31 February 2011", "March 2011"):
        assert read_when(f'"{text}"', EVENTS) == Placement("text", text=text)


def test_an_ambiguous_event_name_lists_both_events():
    with pytest.raises(ValueError) as raised:
        parse_when("5 days before weakness", EVENTS)
    assert "Weakness of the left leg" in str(raised.value)
    assert "Weakness of the right leg" in str(raised.value)
    assert "Pain" not in str(raised.value)
    assert parse_when("5 days before the weakness of the LEFT leg", EVENTS).anchor == "e2"


@given(
    st.text(max_size=20)
    | st.lists(
        st.sampled_from(
            [
                "5",
                "to",
                "-",
                "days",
                "before",
                "after",
                "pain",
                "about",
                "2011",
                "March",
                "14",
                "at age",
                "within",
                "more than",
                "between",
                "and",
                "by",
                "“",
            ]
            + ["day", "w", "the", "same day as", "admission", "+", "index event", ","]
        ),
        max_size=6,
    ).map(" ".join)
)
def test_any_text_is_read_or_kept_or_explained(text):
    """A text that is rejected is kept as written if it is put in quotation marks."""
    try:
        placement = read_when(text, EVENTS)
    except ValueError as error:
        assert str(error)
        words = " ".join(text.split())
        placement = read_when(f"“{words}”", EVENTS) if words else Placement("unknown")
    again = read_when(placement.printed(LABELS), EVENTS)
    assert again.printed(LABELS) == placement.printed(LABELS)
    if placement.how == "text":
        assert again == placement


@pytest.mark.parametrize(
    "document, message",
    [
        ({}, "how"),
        ({"how": "later"}, "later"),
        ({"how": "offset", "unit": "days"}, 'needs "offset"'),
        ({"how": "offset", "offset": "5"}, 'needs "unit"'),
        ({"how": "offset", "offset": "five", "unit": "days"}, "not a number"),
        ({"how": "offset", "offset": "-0", "unit": "days"}, "not a number"),
        ({"how": "offset", "offset": "5", "unit": "fortnights"}, "fortnights"),
        ({"how": "offset", "offset": "-2", "offset_high": "3", "unit": "days"}, "closer to 0"),
        ({"how": "date", "date": "2011-02-30"}, "2011-02-30"),
        ({"how": "date", "date": "2011", "offset": "5"}, 'cannot have "offset"'),
        ({"how": "age", "age": "-4", "age_unit": "years"}, "age"),
        ({"how": "unknown", "when": "?"}, "when"),
        ({"how": "unknown", "precision": "exact"}, "exact"),
        ({"how": "offset", "offset": 5, "unit": "days"}, "must be a non-empty string"),
        ({"how": "order", "anchor": "a"}, 'needs "relation"'),
        ({"how": "order", "relation": "near"}, "near"),
        ({"how": "order", "relation": "by", "date": "2011", "anchor": "a"}, "one of"),
        ({"how": "order", "relation": "between"}, "two different"),
        ({"how": "order", "relation": "by", "anchor_high": "a"}, "anchor_high"),
        ({"how": "date", "date": "2011", "date_high": "2010"}, "earlier one first"),
        ({"how": "offset", "offset": "-1", "unit": "days", "comparator": "within"}, "sign"),
        ({"how": "offset", "offset": "1", "unit": "days", "comparator": "~"}, "~"),
        ({"how": "text", "text": " a"}, "single spaces"),
        ("2011", "object"),
    ],
)
def test_an_invalid_time_in_a_document_is_rejected(document, message):
    with pytest.raises(ValueError, match=message):
        placement_from_document(document)


# Resolving to days


def _offset(offset, unit="days", anchor=None, **rest):
    return Placement("offset", anchor=anchor, offset=offset, unit=unit, **rest)


class Row(NamedTuple):
    """An event of a case."""

    key: str
    placement: Placement | None
    kind: str = ""

    @property
    def label(self):
        return self.key.capitalize()


class Presented(NamedTuple):
    """The age at presentation, and the key of the event at which the patient had it."""

    age_at_presentation: object = None
    age_event: str = ""


def rows(**texts):
    """Return events with their times; `pain="25 days before weakness"`."""
    names = {key: key for key in texts}
    return [Row(key, read_when(text, names) if text else None) for key, text in texts.items()]


def place(age=None, at="", **texts):
    case = Presented(parse_value(age) if age else None, at)
    return place_events(rows(**texts), case)


def test_the_published_case_resolves_to_its_days():
    words = {
        "pain": "5 days before weakness",
        "weakness": "25 days before admission",
        "end": "unknown",
        "follow_up": "3 months after end",
    }
    keys = {key: key for key in [*words, "admission"]}
    case = {key: parse_when(text, keys) for key, text in words.items()}
    resolved = resolve({"admission": Placement("index")} | case)
    days = {key: item.day for key, item in resolved.items()}
    assert days == {"admission": 0, "pain": -30, "weakness": -25, "end": None, "follow_up": None}
    assert resolved["pain"].exact
    assert "“end” is not known" in resolved["follow_up"].why


whole = st.integers(-500, 500)


@given(
    st.lists(st.tuples(whole, st.sampled_from([("days", 1), ("weeks", 7)])), min_size=1, max_size=6)
)
def test_exact_offsets_add_along_a_chain(links):
    chain = {"k0": Placement("index")}
    for number, (amount, (unit, _)) in enumerate(links):
        chain[f"k{number + 1}"] = _offset(str(amount), unit, f"k{number}")
    resolved = resolve(dict(reversed(chain.items())))
    last = resolved[f"k{len(links)}"]
    assert (last.day, last.exact) == (sum(amount * days for amount, (_, days) in links), True)


@given(st.lists(offsets(anchors=st.just("root")), min_size=1, max_size=5), whole)
def test_moving_the_anchor_moves_dependent_events_equally(hanging, shift):
    def days(start):
        case = {f"k{number}": placement for number, placement in enumerate(hanging)}
        resolved = resolve({"root": _offset(str(start))} | case)
        return [resolved[key] for key in case]

    for here, there in zip(days(0), days(shift), strict=True):
        assert (there.low - here.low, there.high - here.high) == (shift, shift)
        assert abs(there.day - here.day - shift) <= 1  # half days round to the nearest even day
        assert there.low <= there.day <= there.high


def test_hours_are_added_before_rounding_to_days():
    case = {
        "a": _offset("12", "hours"),
        "b": _offset("12", "hours", "a"),
        "c": _offset("-1", "hours"),
    }
    found = [(item.day, item.low, item.high, item.exact) for item in resolve(case).values()]
    assert found == [(0, 0, 1, False), (1, 1, 1, True), (0, -1, 0, False)]


@pytest.mark.parametrize(
    "placement, day, low, high",
    [
        (_offset("3", "months"), 91, 76, 107),
        (_offset("-1", "years"), -365, -548, -182),
        (_offset("-2", "weeks", offset_high="-4"), -21, -28, -14),
        (_offset("2", "weeks", approximate=True), 14, 10, 18),
    ],
)
def test_inexact_placements_have_a_day_and_bounds(placement, day, low, high):
    found = resolve({"a": placement})["a"]
    assert (found.day, found.low, found.high, found.exact) == (day, low, high, False)
    assert found.why


def test_full_dates_count_from_a_dated_index_event():
    case = {"i": Placement("index", date="2011-03-14"), "a": Placement("date", date="2011-02-17")}
    assert resolve(case)["a"].day == -25
    assert resolve(case)["a"].exact


@pytest.mark.parametrize(
    "index, date, low, high",
    [
        ("2011-03-14", "2011-05", 48, 78),
        ("2011-03-14", "2010", -437, -73),
        ("2011-03", "2011-03-14", -17, 13),
        ("2011-03", "2011-04", 1, 60),
        ("2011", "2011", -364, 364),
    ],
)
def test_a_partial_date_gives_bounds_and_is_not_exact(index, date, low, high):
    """The bounds include the difference of every pair of days that the two dates allow."""
    case = {"i": Placement("index", date=index), "a": Placement("date", date=date)}
    found = resolve(case)["a"]
    assert (found.low, found.high, found.exact) == (low, high, False)


def test_a_date_without_a_dated_index_event_has_no_day():
    found = resolve({"i": Placement("index"), "a": Placement("date", date="2011-05-01")})["a"]
    assert (found.day, found.low, found.exact) == (None, None, False)


def test_an_age_needs_the_age_at_the_index_event():
    case = {"a": Placement("age", age="40", age_unit="years")}
    assert resolve(case)["a"].day is None
    found = place_events([Row("a", case["a"])], Presented(parse_value("74")))["a"]
    assert found.low <= -34 * 365 <= found.high
    assert not found.exact


def test_a_cycle_lists_only_its_events():
    case = {
        "a": _offset("1", anchor="b"),
        "b": _offset("1", anchor="c"),
        "c": _offset("1", anchor="b"),
    }
    with pytest.raises(ValueError) as raised:
        resolve(case)
    assert "b → c → b" in str(raised.value)


def test_a_missing_anchor_and_two_index_events_are_rejected():
    with pytest.raises(ValueError, match="“a” is dated relative to “z”"):
        resolve({"a": _offset("1", anchor="z")})
    with pytest.raises(ValueError, match="one index event"):
        resolve({"a": Placement("index"), "b": Placement("index")})


def test_a_chain_of_thousands_of_events_resolves():
    chain = {"k0": Placement("index")}
    chain |= {f"k{n}": _offset("1", anchor=f"k{n - 1}") for n in range(1, 5000)}
    assert resolve(dict(reversed(chain.items())))["k4999"].day == 4999


# Dates and days


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-9000, 9000))
def test_dates_and_offsets_convert_both_ways(zero, offset):
    then = zero + timedelta(days=offset)
    found = place(admission=f"day 0, {zero}", pain=f"{then}", fall=f"day {offset}")
    assert found["pain"].day == found["fall"].day == offset
    assert found["pain"].date == found["fall"].date == then.isoformat()


def test_an_event_without_a_day_says_what_is_missing():
    found = place(admission="index event", pain="18 February 2024", limp="at age 3", fall="soon")
    assert found["pain"].why == "day 0 has no date"
    assert "age on day 0 is not known" in found["limp"].why
    assert found["fall"].why == "“soon” is not recognised as a time"
    assert {one.day for one in found.values()} == {0, None}


def test_a_date_and_an_offset_of_one_event_are_both_used():
    texts = {"admission": "index event", "pain": "25 days before; 18 February 2024"}
    assert place(**texts)["pain"].day == -25
    texts["end"] = "unknown"
    texts["scan"] = "3 months after end; 14 June 2024"
    assert place(**texts | {"admission": "day 0, 14 March 2024"})["scan"].day == 92
    vague = texts | {
        "admission": "day 0, 14 March 2024",
        "pain": "1 month before; 18 February 2024",
    }
    assert (place(**vague)["pain"].day, place(**vague)["pain"].exact) == (-25, True)


@pytest.mark.parametrize(
    ("pain", "count"),
    [
        ("25 days before; 18 February 2024", 0),
        ("24 days before; 18 February 2024", 1),
        ("about a month before; 18 February 2024", 0),
        ("4 weeks after; February 2024", 1),
        ("at age 40; 18 February 2024", 1),
        ("at age 74; 15 March 2024", 0),
        ("more than 2 months before; 18 February 2024", 1),
    ],
)
def test_a_date_that_contradicts_an_offset_is_found(pain, count):
    events = rows(admission="day 0, 14 March 2024", pain=pain)
    assert len(with_two_times(events, Presented(parse_value("74")))) == count


# Ages


def test_an_age_counts_from_birth_or_from_the_age_at_presentation():
    assert place(birth="index event", scan="at age 3 months")["scan"].day == 91
    assert place("0 weeks", admission="index event", scan="at age 3 months")["scan"].day == 91
    assert place("74", admission="index event", injury="at age 71")["injury"].day == -1096
    late = place("64", "seen", onset="index event", seen="1 year after", scan="at age 63")
    assert -1 <= late["scan"].day <= 0
    assert place("64", "seen", onset="index event", seen="", scan="at age 63")["scan"].day is None


def test_the_event_of_the_age_at_presentation_can_itself_be_placed_by_age():
    found = place("64", "seen", onset="index event", seen="at age 64")
    assert found["seen"].why == "the time of “Seen” is not known"


# Order


@pytest.mark.parametrize(
    ("text", "day", "low", "high"),
    [
        ("before pain", None, None, -5),
        ("by pain", None, None, -5),
        ("after pain", None, -5, None),
        ("between pain and admission", -2, -5, 0),
        ("more than 3 months after", None, 76, None),
        ("more than 3 days before pain", None, None, -8),
        ("less than 4 days after", 2, 0, 4),
        ("within 4 days before pain", -7, -9, -5),
        ("within the week", 0, -7, 7),
        ("before 10 March 2024", None, None, -4),
        ("2 days after fall", None, None, -3),
    ],
)
def test_an_order_gives_bounds(text, day, low, high):
    texts = {"admission": "day 0, 14 March 2024", "pain": "day -5", "fall": "before pain"}
    found = place(**texts, event=text)["event"]
    assert (found.day, found.low, found.high, found.exact) == (day, low, high, False)


@pytest.mark.parametrize(
    ("texts", "dated", "undated"),
    [
        (
            {"admission": "index event", "pain": "-5d", "fall": "before pain", "rash": "unknown"},
            "fall pain admission",
            "rash",
        ),
        (
            {"scan": "after admission", "admission": "index event", "pain": "-5d", "end": "+3d"},
            "pain admission scan end",
            "",
        ),
        (
            {"one": "after admission", "two": "after admission", "admission": "index event"},
            "admission one two",
            "",
        ),
        (
            {"weakness": "unknown", "pain": "before weakness", "end": "2 weeks after weakness"},
            "",
            "pain weakness end",
        ),
        (
            {"scan": "6 hours after", "admission": "index event", "fall": "2 hours after"},
            "admission fall scan",
            "",
        ),
        (
            {"a": "unknown", "b": "unknown", "c": "between a and b"},
            "",
            "a c b",
        ),
        ({"pain": "", "admission": "index event"}, "admission", "pain"),
        (
            {
                "x": "unknown",
                "scan": "31.12.2023",
                "admission": "index event",
                "tick": "before scan",
                "fall": "Nov 2023",
                "pain": "1998–2003",
                "rash": "a few days after fall",
            },
            "admission",
            "pain fall tick scan x rash",
        ),
        ({"b": "day 1", "a": "day 1", "z": "day 0"}, "z b a", ""),
    ],
)
def test_events_are_in_chronological_order(texts, dated, undated):
    events = rows(**texts)
    found = in_order(events, place_events(events, Presented()))
    assert [" ".join(event.key for event in part) for part in found] == [dated, undated]


def test_an_event_can_be_counted_from_one_whose_time_is_empty():
    assert place(weakness="", pain="5 days before weakness")["pain"].day is None
