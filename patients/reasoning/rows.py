"""Protocols for the columns that the reasoning reads; the row models implement them."""

from typing import Literal, Protocol

from patients.catalogue.mrc import Grade
from patients.language.value import Value


class KeyedVisit(Protocol):
    """A visit; its key is unique within the case."""

    key: str


class SidedRow(Protocol):
    """A row with a side: "left", "right", "both", "midline" or "not_stated"."""

    side: str
    visit: KeyedVisit | None


class GradedRow(SidedRow, Protocol):
    """A row of the strength table: either `movement` or `muscle` is set."""

    movement: str
    muscle: str
    grade: Grade | None


class NeedleRow(SidedRow, Protocol):
    """A row of needle EMG; an empty value means not recorded."""

    muscle: str
    active_denervation: bool | None
    fibrillations: str
    positive_sharp_waves: str


class SignedRow(SidedRow, Protocol):
    """A row of examination signs, which include reflexes."""

    domain: str
    item: str
    finding: str


class MotorRow(SidedRow, Protocol):
    """A row of motor conduction: one stimulation site of one nerve."""

    DOCUMENT_KEY: Literal["motor_conduction"]
    nerve: str
    stimulation_site: str
    recording_site: str
    latency_ms: Value | None
    amplitude_mv: Value | None
    distance_mm: Value | None
    velocity_m_s: Value | None


class SensoryRow(SidedRow, Protocol):
    """A row of sensory conduction."""

    DOCUMENT_KEY: Literal["sensory_conduction"]
    nerve: str
    stimulation_site: str
    recording_site: str
    amplitude_convention: str
    onset_latency_ms: Value | None
    amplitude_uv: Value | None
    distance_mm: Value | None
    velocity_m_s: Value | None


class LateRow(SidedRow, Protocol):
    """A row of late responses; `kind` is the stored value of a LateKind, such as "f_wave"."""

    DOCUMENT_KEY: Literal["late_responses"]
    nerve: str
    stimulation_site: str
    recording_site: str
    kind: str


StudyRow = MotorRow | SensoryRow | LateRow
AmplitudeRow = MotorRow | SensoryRow
