"""Movements graded for strength, with muscles, nerves and roots; sets for the strength grid."""

from patients.catalogue.table import index, read

ROWS = read("movements")
BY_ID = index(ROWS)

# In the order of Table 1 in Chang 2017, so that its seven grades can be pasted in one step.
_LEG_SHORT = (
    "hip_flexion",
    "hip_abduction",
    "hip_extension",
    "knee_extension",
    "ankle_dorsiflexion",
    "toe1_extension",
    "ankle_plantarflexion",
)
_LEG = (
    "hip_flexion",
    "hip_extension",
    "hip_abduction",
    "hip_adduction",
    "knee_extension",
    "knee_flexion",
    "ankle_dorsiflexion",
    "ankle_plantarflexion",
    "ankle_inversion",
    "ankle_eversion",
    "toe1_extension",
    "toe1_flexion",
)
_ARM = (
    "shoulder_abduction",
    "shoulder_external_rotation",
    "elbow_flexion",
    "elbow_extension",
    "wrist_extension",
    "wrist_flexion",
    "finger_extension",
    "finger_flexion",
    "finger_abduction",
    "thumb_abduction",
)
_NOT_IN_BOTH = ("ankle_inversion", "toe1_flexion")
SETS = {
    "leg_short": ("Lower limb, seven movements", _LEG_SHORT),
    "leg": ("Lower limb", _LEG),
    "arm": ("Upper limb", _ARM),
    "both": ("All limbs, twenty movements", (*_ARM, *(m for m in _LEG if m not in _NOT_IN_BOTH))),
    "mrc_sum": ("MRC sum score", tuple(row.id for row in ROWS if row.in_mrc_sum_score == "y")),
    "all": ("Every movement", tuple(row.id for row in ROWS)),
}
