"""The catalogues: ids, sources, references between tables, and search by name."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import patients.catalogue
from patients.catalogue import (
    analytes,
    care,
    codes,
    emg,
    hpo,
    instruments,
    lookup,
    movements,
    mrc,
    muscles,
    nerves,
    reference_limits,
    reflexes,
    signs,
    table,
)

ROOM = Path(patients.catalogue.__file__).parent
TABLES = sorted(path.stem for path in table.TABLES.glob("*.csv"))
ROOT = re.compile(r"[CTLS][1-9][0-2]?")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_all_columns_and_a_source(name):
    rows = table.read(name)
    assert rows
    for row in rows:
        source = getattr(row, "source", None) or getattr(row, "evidence", None)
        assert source or name == "sources", row
        assert all(cell == cell.strip() for cell in vars(row).values()), row


@pytest.mark.parametrize("name", TABLES)
def test_every_cited_source_is_listed(name):
    listed = {row.id for row in table.read("sources")}
    cited = set(re.findall(r"\[(S\d+)[^\]]*\]", (table.TABLES / f"{name}.csv").read_text("utf-8")))
    assert cited <= listed


@pytest.mark.parametrize("name", lookup.TABLES)
def test_every_catalogue_offers_each_of_its_ids_once_with_a_label(name):
    offered = lookup.choices(name)
    assert len(dict(offered)) == len(offered) == len(lookup.TABLES[name])
    assert all(label and lookup.is_listed(name, id) for id, label in offered)


def test_rows_are_frozen_and_duplicate_ids_are_rejected():
    with pytest.raises(AttributeError):
        movements.ROWS[0].label = "something else"
    with pytest.raises(ValueError, match="duplicate id"):
        table.index((*movements.ROWS, movements.ROWS[0]))


# References between tables


def test_every_movement_of_a_set_exists_once_in_it():
    for label, ids in movements.SETS.values():
        assert label and ids
        assert set(ids) <= set(movements.BY_ID)
        assert len(set(ids)) == len(ids)


def test_the_short_leg_set_is_the_published_table_in_its_order():
    printed = ["Hip flexor", "Hip abductor", "Hip extensor", "Knee extensor"]
    printed += ["Ankle dorsiflexor", "1st toe extensor", "Ankle plantarflexor"]
    _, ids = movements.SETS["leg_short"]
    assert [movements.BY_ID[id].label for id in ids] == printed
    assert {row.id for row in movements.ROWS if row.in_published_table == "y"} == set(ids)


def test_the_sizes_of_the_sets():
    sizes = {name: len(ids) for name, (_, ids) in movements.SETS.items()}
    assert (sizes["both"], sizes["mrc_sum"], sizes["all"]) == (20, 6, len(movements.ROWS))


def test_prime_movers_of_movements_are_muscles():
    for row in movements.ROWS:
        assert set(table.parts(row.prime_muscles)) <= set(muscles.BY_ID), row.id


@pytest.mark.parametrize("muscle", muscles.BY_ID)
def test_a_muscle_has_weights_for_its_roots_and_known_nerves(muscle):
    row, weights = muscles.BY_ID[muscle], muscles.root_weights(muscle)
    assert tuple(weights) == table.parts(row.roots)
    assert all(ROOT.fullmatch(root) and 0 < weight <= 1 for root, weight in weights.items())
    assert set(table.parts(row.major_roots)) <= set(weights)
    path = muscles.nerve_path(muscle)
    assert row.nerve_group in path or row.kind == "paraspinal"
    assert set(path) <= set(nerves.BY_ID) or row.kind == "paraspinal"


def test_the_muscles_of_the_published_study_exist():
    assert tuple(muscles.root_weights("tibialis_anterior")) == ("L4", "L5")
    assert muscles.nerve_path("extensor_hallucis_longus")[-1] == "deep_fibular"
    assert muscles.BY_ID["paraspinal_l5"].kind == "paraspinal"
    offered = dict(muscles.needle_choices())
    assert "gluteus_maximus" in offered and "quadratus_lumborum" not in offered


def test_recording_muscles_and_limits_of_nerves_exist():
    names = {row.nerve for row in reference_limits.ROWS}
    for row in nerves.ROWS:
        assert set(nerves.recording_muscles(row.id)) <= set(muscles.BY_ID), row.id
        assert {row.limits_motor, row.limits_sensory} - {""} <= names, row.id


def test_signs_belong_to_domains_and_reflexes_are_signs():
    assert {row.domain for row in signs.ROWS} == {row.id for row in signs.DOMAINS}
    assert set(reflexes.BY_ID) <= {row.id for row in signs.ROWS if row.domain == "reflex"}
    assert reflexes.BY_ID["achilles"].major_root == "S1"


def test_analytes_have_a_known_group_and_only_verified_codes():
    verified = {row.code: row.label for row in codes.ROWS if row.system == "LOINC" and row.code}
    for row in analytes.ROWS:
        assert row.specimen in ("csf", "blood", "antibody", "infection", "urine")
        if row.loinc:
            is_csf = bool(re.search("Cerebral spinal fluid|CSF", verified[row.loinc]))
            is_urine = "Urine" in verified[row.loinc]
            assert (is_csf, is_urine) == (row.specimen == "csf", row.specimen == "urine"), row.id
    assert analytes.BY_ID["csf_white_cells"].loinc == "26465-5"  # 26464-8 is the code for blood


def test_only_verified_codes_are_used():
    assert codes.BY_ID["ICD-10 (WHO 2019)|G54.5"].label == "Neuralgic amyotrophy"
    assert not any(key.endswith("|") for key in codes.BY_ID)
    assert all(re.fullmatch(r"HP:\d{7}", id) for id in hpo.BY_ID)


def test_care_has_thirteen_items_in_thirty_parts():
    assert len(care.ROWS) == 30
    assert len({re.match(r"\d+", row.id)[0] for row in care.ROWS}) == 13


# Needle EMG


def test_every_column_of_a_study_has_a_vocabulary():
    assert set(emg.COLUMNS.values()) == set(emg.FIELDS)


@pytest.mark.parametrize(
    "field, text, code",
    [
        ("fib_psw", "0", "0"),
        ("fib_psw", "2", "2+"),
        ("fib_psw", "+2", "2+"),
        ("fib_psw", "2 +", "2+"),
        ("fib_psw", "+++", "3+"),
        ("fib_psw", "+/-", "+/-"),
        ("insertional_activity", "i", "increased"),
        ("insertional_activity", "Increased", "increased"),
        ("muap_amplitude", "n", "normal"),
        ("muap_duration", "+", "long"),
        ("recruitment", "2", "reduced_moderate"),
        ("recruitment", "moderately reduced", "reduced_moderate"),
        ("other_spontaneous", "CRD", "crd"),
        ("interference_pattern", "d", "discrete"),
    ],
)
def test_a_cell_is_parsed_by_code_word_or_key(field, text, code):
    assert emg.read_cell(field, text) == code


@pytest.mark.parametrize(
    "field, text, kept",
    [
        ("fib_psw", "rare", True),
        ("fib_psw", "many", True),
        ("fib_psw", "1+", False),
        ("fib_psw", "none", False),
        ("fasciculation", "Few", True),
        ("muap_amplitude", "giant", True),
        ("muap_amplitude", "incr", False),
        ("muap_amplitude", "normal", False),
        ("recruitment", "single unit", True),
        ("recruitment", "N", False),
        ("other_spontaneous", "CRDs", False),
        ("fib_psw", "seldom", False),
    ],
)
def test_words_that_stand_for_a_grade_are_kept(field, text, kept):
    assert emg.wording_to_keep(field, text) == (text if kept else "")


@pytest.mark.parametrize("field, text", [("fib_psw", "5"), ("recruitment", "m"), ("fib_psw", "")])
def test_an_unknown_or_ambiguous_cell_is_rejected(field, text):
    with pytest.raises(ValueError, match="not in the vocabulary"):
        emg.read_cell(field, text)


@pytest.mark.parametrize("field", emg.FIELDS)
def test_every_code_and_label_of_a_vocabulary_is_parsed(field):
    for code, label in emg.choices(field):
        assert emg.read_cell(field, code) == emg.read_cell(field, label) == code


# Instruments


@pytest.mark.parametrize("row", instruments.ROWS, ids=lambda row: row.id)
def test_an_instrument_accepts_only_scores_in_its_range(row):
    for end, beyond in ((row.low, -1), (row.high, 1)):
        if end:
            assert instruments.fits(row.id, Decimal(end))
            assert not instruments.fits(row.id, Decimal(end) + beyond)
    assert row.direction in ("higher_is_better", "lower_is_better", "")


def test_scores_have_the_direction_of_their_instrument():
    assert instruments.change("hughes", 4, 2) == "better"
    assert instruments.change("alsfrs_r", 40, 30) == "worse"
    assert instruments.change("mrs", 3, 3) == "same"
    assert instruments.change("body_weight", 70, 60) is None
    assert instruments.printed_range("alsfrs_r") == "0–48"
    assert instruments.fits("pain_nrs", Decimal("4.5"))
    assert not instruments.fits("mrs", Decimal("2.5"))


# Conduction limits


def test_limits_exclude_means_and_suspect_rows():
    parameters = [row.parameter for row in reference_limits.limits("common_fibular", "motor")]
    assert "cmap_amplitude" in parameters
    assert "cmap_amplitude_MEAN" not in parameters
    saphenous = [row.parameter for row in reference_limits.limits("saphenous", "sensory")]
    assert "snap_amplitude_onset_to_peak" in saphenous
    assert "snap_amplitude_peak_to_peak" not in saphenous


def test_limits_of_the_published_nerves():
    def limit(nerve, kind, parameter, site):
        rows = reference_limits.limits(nerve, kind, site)
        return [row.limit for row in rows if row.parameter == parameter]

    drop = "side_to_side_amplitude_drop"
    assert limit("common_fibular", "motor", drop, "extensor digitorum brevis") == ["61"]
    assert limit("tibial", "motor", drop, "abductor hallucis") == ["50"]
    assert reference_limits.limits("sural", "motor") == ()
    assert reference_limits.limits("no such nerve", "motor") == ()


# Search


@pytest.mark.parametrize("name", lookup.TABLES)
def test_every_id_and_label_is_found(name):
    for id, label in lookup.choices(name):
        assert lookup.find(name, id) == id
        assert lookup.find(name, label) == id, label
        assert lookup.label(name, id) == label


@pytest.mark.parametrize(
    "name, text, id",
    [
        ("nerves", "peroneal", "common_fibular"),
        ("nerves", "Fibular", "common_fibular"),
        ("nerves", "peroneal nerve", "common_fibular"),
        ("nerves", "superficial peroneal", "superficial_fibular"),
        ("movements", "Hip flexors", "hip_flexion"),
        ("movements", "hip flexion", "hip_flexion"),
        ("movements", "1st toe extensor", "toe1_extension"),
        ("muscles", "EHL", "extensor_hallucis_longus"),
        ("muscles", "medial head of the gastrocnemius", "gastrocnemius_medial"),
        ("muscles", "L5 paraspinals", "paraspinal_l5"),
        ("muscles", "the tibialis anterior muscle", "tibialis_anterior"),
        ("levels", "L4/5", "l4_5"),
        ("levels", "L5−S1", "l5_s1"),
        ("levels", "L5–S1 disc space", "l5_s1"),
        ("levels", "C7/T1", "c7_t1"),
        ("structures", "L5 nerve root", "root_l5"),
        ("structures", "erector spinalis", "erector_spinae"),
        ("structures", "multifidus muscle", "multifidus"),
        ("structures", "peroneal nerve", "common_fibular"),
        ("signs", "ankle jerk", "achilles"),
        ("instruments", "ALSFRS-R", "alsfrs_r"),
        ("analytes", "CSF protein", "csf_protein"),
        ("routes", "IV", "intravenous"),
        ("emg_fib_psw", "2+", "2+"),
        ("muscles", "quadriceps (part)", None),
        ("analytes", "protein", None),
        ("nerves", "left peroneal", None),
        ("nerves", "", None),
    ],
)
def test_an_entry_is_found_by_its_clinical_names(name, text, id):
    assert lookup.find(name, text) == id


@given(st.sampled_from(list(lookup.TABLES)), st.text(max_size=20))
def test_search_never_fails_and_finds_only_existing_entries(name, text):
    found = lookup.find(name, text)
    assert found is None or found in dict(lookup.choices(name))


def test_an_unknown_entry_is_its_own_label_and_an_unknown_table_is_an_error():
    assert lookup.label("nerves", "nerve of Wrisberg") == "nerve of Wrisberg"
    with pytest.raises(KeyError):
        lookup.find("planets", "Mars")


def test_grades_from_the_published_footnote_cite_it():
    assert mrc.BY_ID["3"].in_published_table == "definition"
    assert mrc.BY_ID["3-"].in_published_table == "Table 1"
