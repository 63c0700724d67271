"""Rules about contradictions and doubtful values in nerve conduction studies and needle EMG."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caserecords.reasoning.checks.finding import CONTRADICTION, DOUBT, CheckFinding, Rule
from caserecords.reasoning.row_references import refer_to, refer_to_rows, row_label
from patients.language.value import plain_number
from patients.reasoning.conduction import disagreement
from patients.tables.columns import group, identity
from patients.tables.conduction import AMPLITUDE, compute_velocities

NONE_SEEN, SEEN = ("0",), ("+/-", "1+", "2+", "3+", "4+")
NERVE = ("nerve", "side", "visit", "recording_site", "condition")


def conduction_rows(record):
    return (*record.motor_conduction, *record.sensory_conduction)


def velocity_disagrees(record):
    """A reported velocity that differs by more than 1 m/s from the computed one."""
    for rows in (record.motor_conduction, record.sensory_conduction):
        speeds = compute_velocities(rows) if rows else {}
        for row in rows:
            speed = speeds.get(id(row))
            velocities = disagreement(speed, row.velocity_m_s) if speed else ""
            if velocities:
                # Never reword this fact: it is part of the check's key.
                fact = f"printed {row.velocity_m_s.printed}, computed {speed.formula}"
                yield CheckFinding(
                    _("%(row)s: the velocities disagree (%(velocities)s).")
                    % {"row": row_label(row), "velocities": velocities},
                    (refer_to(record, row),),
                    (row.nerve, row.side, row.stimulation_site, fact),
                )


def zero_amplitude(record):
    """An amplitude of 0, which probably means an absent response."""
    for row in conduction_rows(record):
        value = getattr(row, AMPLITUDE[type(row)])
        if plain_number(value) == 0:
            yield CheckFinding(
                _("%(row)s: the amplitude is 0, which may mean no response.")
                % {"row": row_label(row)},
                (refer_to(record, row),),
                (row.DOCUMENT_KEY, row.nerve, row.side, row.stimulation_site, value.printed),
            )


def latency_order(record):
    """A proximal site whose latency is not longer than that at the next more distal site."""
    for rows in group(record.motor_conduction, lambda row: identity(row, NERVE)).values():
        for distal, proximal in zip(rows, rows[1:], strict=False):
            near, far = plain_number(distal.latency_ms), plain_number(proximal.latency_ms)
            named = distal.stimulation_site != proximal.stimulation_site
            if named and None not in (near, far) and far <= near:
                message = _("%(proximal)s: the latency is not longer than at the more distal site.")
                yield CheckFinding(
                    message % {"proximal": row_label(proximal)},
                    refer_to_rows(record, [proximal, distal]),
                    (proximal.nerve, proximal.side, proximal.stimulation_site, str(near), str(far)),
                )


def onset_after_peak(record):
    """A sensory response whose onset latency is not shorter than its peak latency."""
    for row in record.sensory_conduction:
        onset, peak = plain_number(row.onset_latency_ms), plain_number(row.peak_latency_ms)
        if None not in (onset, peak) and onset >= peak:
            yield CheckFinding(
                _("%(row)s: the onset latency is not shorter than the peak latency.")
                % {"row": row_label(row)},
                (refer_to(record, row),),
                (row.nerve, row.side, str(onset), str(peak)),
            )


def denervation_against_activity(record):
    """A statement about active denervation that contradicts the rest of its row."""
    for row in record.needle_emg:
        activity = (row.fibrillations, row.positive_sharp_waves)
        denied = row.active_denervation is False and any(one in SEEN for one in activity)
        unseen = row.active_denervation and all(one in NONE_SEEN for one in activity)
        called_normal = row.active_denervation and row.words.strip().casefold() == "normal"
        if denied or unseen or called_normal:
            message = (
                _(
                    "%(row)s: active denervation is recorded as absent, but fibrillations or "
                    "positive sharp waves are recorded as present."
                )
                if denied
                else _(
                    "%(row)s: active denervation is recorded as present, but the rest of the row "
                    "describes a normal muscle."
                )
            )
            yield CheckFinding(
                message % {"row": row_label(row)},
                (refer_to(record, row),),
                (row.muscle, row.side, row.active_denervation, *activity),
            )


RULES = (
    Rule(
        "velocity",
        CONTRADICTION,
        gettext_lazy("Reported velocity does not match distance and latencies"),
        gettext_lazy("Correct the distance, a latency or the velocity."),
        velocity_disagrees,
    ),
    Rule(
        "latency-order",
        CONTRADICTION,
        gettext_lazy("Proximal latency not longer than distal latency"),
        gettext_lazy("Correct a latency, or enter the sites from distal to proximal."),
        latency_order,
    ),
    Rule(
        "onset-peak",
        CONTRADICTION,
        gettext_lazy("Onset latency not shorter than peak latency"),
        gettext_lazy("Correct one of the two latencies."),
        onset_after_peak,
    ),
    Rule(
        "amplitude-zero",
        DOUBT,
        gettext_lazy("Amplitude of 0, which may mean no response"),
        gettext_lazy("Enter NR if there was no response."),
        zero_amplitude,
    ),
    Rule(
        "denervation",
        CONTRADICTION,
        gettext_lazy("Active denervation does not match the rest of the row"),
        gettext_lazy("Correct the entry for active denervation, or the rest of the row."),
        denervation_against_activity,
    ),
)
