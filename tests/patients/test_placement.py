"""Placement of events in time: parsing, formatting and resolving to days."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from patients.language.chronology import resolve
from patients.language.placement import (
    PLACEMENT_SCHEMA,
    Placement,
    parse_when,
    placement_from_document,
)

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
placements = st.one_of(
    offsets(),
    st.builds(
        lambda text, about: Placement(
            "date",
            date=text,
            approximate=about,
            precision={4: "year", 7: "month", 10: "day"}[len(text)],
        ),
        cut_dates,
        st.booleans(),
    ),
    st.builds(
        lambda age, unit, about: Placement(
            "age", age=age, age_unit=unit, approximate=about, precision=unit[:-1]
        ),
        amounts,
        st.sampled_from(["days", "weeks", "months", "years"]),
        st.booleans(),
    ),
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
    if placement.offset and not Decimal(placement.offset) and placement.unit == "days":
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
            "3 months after treatment",
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
    ],
)
def test_ages_dates_and_unknown_times_are_parsed(text, document):
    assert parse_when(text, EVENTS).as_document() == document


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "no time entered"),
        ("25 days", "before or after"),
        ("25", "unit"),
        ("31 Feb 2011", "2011-02-31"),
        ("2011-13", "2011-13"),
        ("14/03/2011", "day and month"),
        ("early 2011", "early 2011"),
        ("Ma 2011", "Ma 2011"),
        ("sometime", "sometime"),
        ("5 days before surgery", '"surgery" is not an event'),
        ("25 days prior to", "counted from"),
        ("3 to 2 weeks before", "closer to 0 first"),
        ("x" * 400, "too long"),
    ],
)
def test_invalid_times_are_rejected_with_a_message(text, message):
    with pytest.raises(ValueError, match=message):
        parse_when(text, EVENTS)


def test_an_ambiguous_event_name_lists_both_events():
    with pytest.raises(ValueError) as raised:
        parse_when("5 days before weakness", EVENTS)
    assert "Weakness of the left leg" in str(raised.value)
    assert "Weakness of the right leg" in str(raised.value)
    assert "Pain" not in str(raised.value)
    assert parse_when("5 days before weakness of the l", EVENTS).anchor == "e2"


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
            ]
            + ["day", "w", "the", "same day as", "admission", "+", "index event", ","]
        ),
        max_size=6,
    ).map(" ".join)
)
def test_any_text_is_a_placement_or_an_error(text):
    try:
        placement = parse_when(text, EVENTS)
    except ValueError as error:
        assert str(error)
        return
    assert parse_when(placement.printed(LABELS), EVENTS) == placement


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
        ("2011", "object"),
    ],
)
def test_an_invalid_time_in_a_document_is_rejected(document, message):
    with pytest.raises(ValueError, match=message):
        placement_from_document(document)


# Resolving to days


def _offset(offset, unit="days", anchor=None, **rest):
    return Placement("offset", anchor=anchor, offset=offset, unit=unit, **rest)


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
    assert resolved["follow_up"].why.startswith("date not known")


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
        assert abs(there.day - here.day - shift) <= 1  # halves are rounded to the even day
        assert there.low <= there.day <= there.high


def test_hours_are_added_before_rounding_to_days():
    case = {
        "a": _offset("12", "hours"),
        "b": _offset("12", "hours", "a"),
        "c": _offset("-1", "hours"),
    }
    assert [item.day for item in resolve(case).values()] == [0, 1, -1]
    assert all(item.exact for item in resolve(case).values())


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
    found = resolve(case, index_age=("74", "years"))["a"]
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
    with pytest.raises(ValueError, match="a is dated relative to z"):
        resolve({"a": _offset("1", anchor="z")})
    with pytest.raises(ValueError, match="one index event"):
        resolve({"a": Placement("index"), "b": Placement("index")})


def test_a_chain_of_thousands_of_events_resolves():
    chain = {"k0": Placement("index")}
    chain |= {f"k{n}": _offset("1", anchor=f"k{n - 1}") for n in range(1, 5000)}
    assert resolve(dict(reversed(chain.items())))["k4999"].day == 4999
