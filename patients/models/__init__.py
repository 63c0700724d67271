"""Models of the clinical record: each observation is one row."""

from patients.models.case import Case, CaseRow, Origin, ReasoningShown, Side, Status
from patients.models.course import (
    Comorbidity,
    Diagnosis,
    Outcome,
    Treatment,
    TreatmentPhase,
)
from patients.models.electrodiagnosis import (
    EvokedPotential,
    LateResponse,
    MotorConduction,
    NeedleEMG,
    RepetitiveStimulation,
    SensoryConduction,
)
from patients.models.events import Event, Symptom, Visit
from patients.models.follow_up import DueIn, FollowUp
from patients.models.history import AccessLog, CaseVersion, DocumentPiece
from patients.models.investigations import ImagingFinding, Investigation, LaboratoryResult
from patients.models.narrative import Discrepancy, Narrative, Reference
from patients.models.people import Membership, Patient, PatientIdentity, Role, Sex, Team
from patients.models.reference import ReferenceLimit, ReferenceSet
from patients.models.signs import ScaleScore, Sign
from patients.models.strength import Dynamometry, StrengthScore
from patients.models.summary import CaseGrade, CaseSummary, CaseTerm, CaseText, TermKind
from patients.models.template import TeamTemplate
from patients.models.tokens import ApiToken
from patients.models.ultrasound import Ultrasound
from patients.models.unsaved import Draft, SentRequest, UnsavedCase

# All row models, in the order of the case document. A list, so that tests can add a model.
ROW_MODELS: list[type[CaseRow]] = [
    Event,
    Visit,
    Symptom,
    StrengthScore,
    Dynamometry,
    Sign,
    ScaleScore,
    MotorConduction,
    SensoryConduction,
    LateResponse,
    RepetitiveStimulation,
    EvokedPotential,
    NeedleEMG,
    Ultrasound,
    LaboratoryResult,
    ImagingFinding,
    Investigation,
    Diagnosis,
    Comorbidity,
    Treatment,
    TreatmentPhase,
    Outcome,
    Narrative,
    Reference,
    Discrepancy,
]

__all__ = [
    "ROW_MODELS",
    "AccessLog",
    "ApiToken",
    "Case",
    "CaseGrade",
    "CaseSummary",
    "CaseTerm",
    "CaseText",
    "CaseVersion",
    "Comorbidity",
    "Diagnosis",
    "Discrepancy",
    "DocumentPiece",
    "Draft",
    "DueIn",
    "Dynamometry",
    "Event",
    "EvokedPotential",
    "FollowUp",
    "ImagingFinding",
    "Investigation",
    "LaboratoryResult",
    "LateResponse",
    "Membership",
    "MotorConduction",
    "Narrative",
    "NeedleEMG",
    "Origin",
    "Outcome",
    "Patient",
    "PatientIdentity",
    "ReasoningShown",
    "Reference",
    "ReferenceLimit",
    "ReferenceSet",
    "RepetitiveStimulation",
    "Role",
    "CaseRow",
    "ScaleScore",
    "SensoryConduction",
    "SentRequest",
    "Sex",
    "Side",
    "Sign",
    "Status",
    "StrengthScore",
    "Symptom",
    "Team",
    "TeamTemplate",
    "TermKind",
    "Treatment",
    "TreatmentPhase",
    "Ultrasound",
    "UnsavedCase",
    "Visit",
]
