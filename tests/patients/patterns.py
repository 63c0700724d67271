"""Textbook patterns: the findings, the expected site, and sites that must rank below it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pattern:
    """Findings of one side, as catalogue ids separated by spaces.

    `leads` is the key of the expected site; `behind` are those of sites that must rank below it.
    """

    leads: str
    behind: tuple[str, ...]
    denervated: str = ""
    spared: str = ""
    weak: str = ""
    strong: str = ""
    lost: str = ""
    preserved: str = ""
    reflex: str = ""
    reflex_normal: str = ""
    name: str = field(default="")

    def __str__(self):
        return self.name or self.leads

    def fragment(self, side="left"):
        """Return the findings as a fragment of a case document."""
        other = {"left": "right", "right": "left"}[side]
        needle = [(m, "2+") for m in self.denervated.split()]
        needle += [(m, "0") for m in self.spared.split()]
        graded = [(m, "3") for m in self.weak.split()] + [(m, "5") for m in self.strong.split()]
        signs = [(r, "decreased") for r in self.reflex.split()]
        signs += [(r, "normal") for r in self.reflex_normal.split()]
        sensory = [
            {"nerve": nerve, "side": one, "amplitude_uv": value}
            for nerve in self.lost.split()
            for one, value in ((side, {"state": "no_response"}), (other, {"number": "12"}))
        ]
        sensory += [
            {"nerve": nerve, "side": side, "amplitude_uv": {"state": "normal"}}
            for nerve in self.preserved.split()
        ]
        return {
            "strength": [{"movement": m, "side": side, "grade": g} for m, g in graded],
            "signs": [
                {"domain": "reflex", "item": item, "side": side, "finding": finding}
                for item, finding in signs
            ],
            "sensory_conduction": sensory,
            "needle_emg": [{"muscle": m, "side": side, "fibrillations": g} for m, g in needle],
        }


UPPER, MIDDLE, LOWER = (f"brachial_plexus_{one}_trunk" for one in ("upper", "middle", "lower"))
LATERAL, POSTERIOR = "brachial_plexus_lateral_cord", "brachial_plexus_posterior_cord"
MEDIAL = "brachial_plexus_medial_cord"
ARM_ROOTS = (
    Pattern(
        "root_c5",
        (UPPER, "axillary", "suprascapular", "root_c6", "dorsal_scapular"),
        denervated="supraspinatus infraspinatus deltoid biceps_brachii rhomboids paraspinal_c5",
        spared="triceps pronator_teres first_dorsal_interosseous",
        weak="shoulder_abduction shoulder_external_rotation",
        preserved="lateral_antebrachial_cutaneous",
        reflex="biceps",
    ),
    Pattern(
        "root_c6",
        (UPPER, LATERAL, "median", "musculocutaneous", "root_c7"),
        denervated="biceps_brachii brachioradialis pronator_teres extensor_carpi_radialis_longus "
        "paraspinal_c6",
        spared="first_dorsal_interosseous extensor_indicis rhomboids",
        weak="wrist_extension elbow_flexion",
        preserved="median lateral_antebrachial_cutaneous",
        reflex="brachioradialis",
    ),
    Pattern(
        "root_c7",
        ("radial", MIDDLE, POSTERIOR, "median", "root_c6", "root_c8"),
        denervated="triceps flexor_carpi_radialis pronator_teres extensor_digitorum_communis "
        "paraspinal_c7",
        spared="biceps_brachii deltoid first_dorsal_interosseous brachioradialis",
        weak="elbow_extension finger_extension",
        preserved="median",
        reflex="triceps",
        name="C7 root, not the radial nerve",
    ),
    Pattern(
        "root_c8",
        ("ulnar", LOWER, MEDIAL, "root_t1", "median", "posterior_interosseous"),
        denervated="first_dorsal_interosseous abductor_digiti_minimi abductor_pollicis_brevis "
        "flexor_pollicis_longus extensor_indicis paraspinal_c8",
        spared="triceps pronator_teres biceps_brachii",
        weak="finger_abduction finger_flexion",
        preserved="ulnar medial_antebrachial_cutaneous",
        name="C8 root, not the ulnar nerve or the lower trunk",
    ),
    Pattern(
        "root_t1",
        ("ulnar", "median", LOWER, MEDIAL, "root_c8"),
        denervated="abductor_pollicis_brevis first_dorsal_interosseous abductor_digiti_minimi "
        "paraspinal_t1",
        spared="extensor_indicis flexor_pollicis_longus triceps",
        weak="thumb_abduction finger_abduction",
        preserved="medial_antebrachial_cutaneous",
    ),
    Pattern(
        "root_c5+root_c6",
        (UPPER, "root_c5", "root_c6", "brachial_plexus"),
        denervated="rhomboids supraspinatus deltoid biceps_brachii brachioradialis pronator_teres "
        "paraspinal_c5 paraspinal_c6",
        spared="first_dorsal_interosseous extensor_indicis",
        weak="shoulder_abduction elbow_flexion",
        preserved="lateral_antebrachial_cutaneous",
        reflex="biceps brachioradialis",
    ),
)
LEG_ROOTS = (
    Pattern(
        "root_l2",
        ("femoral", "lumbar_plexus", "root_l3", "obturator"),
        denervated="iliacus adductor_longus gracilis paraspinal_l2",
        spared="vastus_medialis tibialis_anterior",
        weak="hip_flexion",
    ),
    Pattern(
        "root_l3",
        ("femoral", "lumbar_plexus", "obturator", "root_l4", "root_l2"),
        denervated="vastus_medialis rectus_femoris adductor_longus iliacus paraspinal_l3",
        spared="tibialis_anterior tensor_fasciae_latae",
        weak="knee_extension hip_adduction",
        preserved="saphenous",
        reflex="patellar",
    ),
    Pattern(
        "root_l4",
        ("femoral", "root_l5", "root_l3", "common_fibular", "obturator"),
        denervated="vastus_lateralis rectus_femoris adductor_longus tibialis_anterior "
        "paraspinal_l4",
        spared="extensor_hallucis_longus peroneus_longus gastrocnemius_medial",
        weak="knee_extension",
        preserved="saphenous",
        reflex="patellar",
        name="L4 root, not the femoral nerve",
    ),
    Pattern(
        "root_l5",
        ("common_fibular", "sciatic", "sacral_plexus", "lumbosacral_trunk", "root_l4", "root_s1"),
        denervated="tibialis_anterior extensor_hallucis_longus peroneus_longus tibialis_posterior "
        "tensor_fasciae_latae paraspinal_l5",
        spared="vastus_medialis gastrocnemius_medial biceps_femoris_short_head",
        weak="ankle_dorsiflexion toe1_extension ankle_inversion hip_abduction",
        strong="ankle_plantarflexion knee_extension",
        preserved="superficial_fibular",
        name="L5 root, not the fibular nerve",
    ),
    Pattern(
        "root_l5",
        ("common_fibular", "deep_fibular"),
        denervated="tibialis_anterior extensor_hallucis_longus tibialis_posterior",
        spared="vastus_medialis gastrocnemius_medial",
        weak="ankle_dorsiflexion ankle_inversion hip_abduction",
        name="L5 root without paraspinals, by tibialis posterior and the abductors of the hip",
    ),
    Pattern(
        "root_s1",
        ("tibial", "sciatic", "sacral_plexus", "root_s2", "root_l5", "inferior_gluteal"),
        denervated="gastrocnemius_medial gastrocnemius_lateral biceps_femoris_long_head "
        "gluteus_maximus abductor_hallucis paraspinal_s1",
        spared="tibialis_anterior tibialis_posterior vastus_medialis",
        weak="ankle_plantarflexion",
        preserved="sural",
        reflex="achilles",
        name="S1 root, not the tibial nerve",
    ),
    Pattern(
        "root_s2",
        ("root_s1", "tibial", "sacral_plexus"),
        denervated="abductor_hallucis abductor_digiti_minimi_pedis external_anal_sphincter",
        spared="tibialis_anterior gluteus_maximus biceps_femoris_long_head gastrocnemius_medial",
        weak="toes_abduction",
        preserved="sural",
    ),
    Pattern(
        "root_l5+root_s1",
        ("sacral_plexus", "sciatic", "root_l5", "root_s1"),
        denervated="tibialis_anterior extensor_hallucis_longus tensor_fasciae_latae "
        "gastrocnemius_medial gluteus_maximus paraspinal_l5 paraspinal_s1",
        spared="vastus_medialis adductor_longus",
        weak="ankle_dorsiflexion ankle_plantarflexion hip_abduction hip_extension",
        preserved="sural superficial_fibular",
        reflex="achilles",
    ),
)
PLEXUS = (
    Pattern(
        UPPER,
        ("root_c5", "root_c6", "root_c5+root_c6", POSTERIOR, "axillary", "brachial_plexus"),
        denervated="supraspinatus deltoid biceps_brachii brachioradialis",
        spared="rhomboids serratus_anterior paraspinal_c5 paraspinal_c6 triceps "
        "first_dorsal_interosseous",
        weak="shoulder_abduction elbow_flexion",
        lost="lateral_antebrachial_cutaneous",
        reflex="biceps",
    ),
    Pattern(
        MIDDLE,
        ("root_c7", "radial", "median", POSTERIOR),
        denervated="triceps flexor_carpi_radialis pronator_teres extensor_digitorum_communis",
        spared="serratus_anterior paraspinal_c7 biceps_brachii first_dorsal_interosseous",
        lost="median",
        weak="elbow_extension",
    ),
    Pattern(
        LOWER,
        ("root_c8", "root_c8+root_t1", "ulnar", MEDIAL, "median"),
        denervated="first_dorsal_interosseous abductor_digiti_minimi abductor_pollicis_brevis "
        "flexor_pollicis_longus extensor_indicis",
        spared="paraspinal_c8 paraspinal_t1 triceps",
        weak="finger_abduction",
        lost="ulnar medial_antebrachial_cutaneous",
        preserved="median",
        name="lower trunk, not the C8 root or the ulnar nerve",
    ),
    Pattern(
        LATERAL,
        ("musculocutaneous", "median", UPPER, "root_c6", "root_c6+root_c7"),
        denervated="biceps_brachii pectoralis_major_clavicular pronator_teres "
        "flexor_carpi_radialis",
        spared="deltoid supraspinatus brachioradialis abductor_pollicis_brevis triceps",
        lost="lateral_antebrachial_cutaneous median",
        reflex="biceps",
    ),
    Pattern(
        POSTERIOR,
        ("radial", "axillary", "root_c7", "brachial_plexus", UPPER),
        denervated="deltoid latissimus_dorsi triceps brachioradialis extensor_digitorum_communis "
        "teres_major",
        spared="supraspinatus biceps_brachii first_dorsal_interosseous pronator_teres",
        lost="superficial_radial",
        weak="elbow_extension wrist_extension",
    ),
    Pattern(
        MEDIAL,
        ("ulnar", "median", LOWER, "root_c8", "root_c8+root_t1"),
        denervated="first_dorsal_interosseous abductor_digiti_minimi abductor_pollicis_brevis "
        "flexor_pollicis_longus flexor_carpi_ulnaris",
        spared="extensor_indicis extensor_digitorum_communis triceps",
        lost="ulnar medial_antebrachial_cutaneous",
        preserved="median",
    ),
    Pattern(
        "brachial_plexus",
        (UPPER, MIDDLE, LOWER, POSTERIOR, "root_c5+root_c6+root_c7"),
        denervated="supraspinatus deltoid biceps_brachii triceps extensor_digitorum_communis "
        "first_dorsal_interosseous abductor_pollicis_brevis",
        spared="paraspinal_c5 paraspinal_c6 paraspinal_c7 paraspinal_c8",
        lost="median ulnar superficial_radial lateral_antebrachial_cutaneous",
    ),
    Pattern(
        "lumbar_plexus",
        ("femoral", "obturator", "root_l3", "root_l2+root_l3", "root_l3+root_l4"),
        denervated="iliacus vastus_medialis adductor_longus gracilis",
        spared="paraspinal_l2 paraspinal_l3 paraspinal_l4 tibialis_anterior",
        lost="saphenous lateral_femoral_cutaneous",
        weak="hip_flexion knee_extension",
        reflex="patellar",
    ),
    Pattern(
        "sacral_plexus",
        ("sciatic", "root_l5+root_s1", "lumbosacral_trunk", "lumbosacral_plexus", "tibial"),
        denervated="gluteus_maximus gluteus_medius tibialis_anterior gastrocnemius_medial "
        "biceps_femoris_short_head tibialis_posterior",
        spared="paraspinal_l5 paraspinal_s1 vastus_medialis",
        lost="sural superficial_fibular",
        weak="hip_abduction ankle_dorsiflexion ankle_plantarflexion",
        reflex="achilles",
    ),
    Pattern(
        "lumbosacral_trunk",
        ("root_l5", "common_fibular", "sacral_plexus", "sciatic"),
        denervated="tibialis_anterior tibialis_posterior gluteus_medius tensor_fasciae_latae "
        "peroneus_longus",
        spared="gastrocnemius_medial soleus paraspinal_l5 vastus_medialis",
        lost="superficial_fibular",
        preserved="sural",
        weak="ankle_dorsiflexion hip_abduction",
    ),
)
ARM_NERVES = (
    Pattern(
        "axillary",
        ("root_c5", UPPER, POSTERIOR),
        denervated="deltoid teres_minor",
        spared="supraspinatus biceps_brachii brachioradialis rhomboids",
        weak="shoulder_abduction",
        reflex_normal="biceps",
    ),
    Pattern(
        "suprascapular",
        ("root_c5", UPPER, "axillary"),
        denervated="supraspinatus infraspinatus",
        spared="deltoid biceps_brachii rhomboids",
        weak="shoulder_external_rotation",
    ),
    Pattern(
        "suprascapular_spinoglenoid_notch",
        ("suprascapular", "root_c5", UPPER, "axillary"),
        denervated="infraspinatus",
        spared="supraspinatus deltoid teres_minor",
        weak="shoulder_external_rotation",
    ),
    Pattern(
        "musculocutaneous",
        ("root_c6", "root_c5", LATERAL, UPPER),
        denervated="biceps_brachii",
        spared="brachioradialis deltoid pronator_teres",
        weak="elbow_flexion",
        lost="lateral_antebrachial_cutaneous",
        reflex="biceps",
        reflex_normal="brachioradialis",
    ),
    Pattern(
        "radial",
        ("root_c7", POSTERIOR, "posterior_interosseous", "radial_spiral_groove"),
        denervated="triceps brachioradialis extensor_digitorum_communis extensor_indicis "
        "extensor_carpi_radialis_longus",
        spared="deltoid latissimus_dorsi pronator_teres flexor_carpi_radialis",
        weak="elbow_extension wrist_extension finger_extension",
        lost="superficial_radial",
        reflex="triceps",
        name="radial nerve in the axilla, not the C7 root",
    ),
    Pattern(
        "radial_spiral_groove",
        ("posterior_interosseous", "radial", "root_c7", POSTERIOR),
        denervated="brachioradialis extensor_carpi_radialis_longus extensor_digitorum_communis "
        "extensor_indicis",
        spared="triceps deltoid pronator_teres",
        weak="wrist_extension finger_extension",
        strong="elbow_extension",
        lost="superficial_radial",
    ),
    Pattern(
        "posterior_interosseous",
        ("radial", "root_c7", "root_c8", "radial_spiral_groove"),
        denervated="extensor_digitorum_communis extensor_carpi_ulnaris extensor_indicis",
        spared="brachioradialis extensor_carpi_radialis_longus triceps",
        weak="finger_extension thumb_extension",
        preserved="superficial_radial",
    ),
    Pattern(
        "median",
        ("root_c7", "root_c8", "anterior_interosseous", LATERAL, MEDIAL, "median_wrist", "root_c6"),
        denervated="pronator_teres flexor_carpi_radialis flexor_pollicis_longus "
        "abductor_pollicis_brevis flexor_digitorum_superficialis",
        spared="first_dorsal_interosseous extensor_indicis triceps brachioradialis",
        weak="thumb_flexion thumb_abduction",
        lost="median",
        name="median nerve at the elbow, not the C6 or C7 root",
    ),
    Pattern(
        "median_wrist",
        ("root_t1", "root_c8", "ulnar", MEDIAL, "median", "root_c6"),
        denervated="abductor_pollicis_brevis",
        spared="flexor_pollicis_longus pronator_teres first_dorsal_interosseous",
        weak="thumb_abduction",
        lost="median",
        preserved="ulnar",
        name="median nerve at the wrist",
    ),
    Pattern(
        "anterior_interosseous",
        ("median", "root_c8", MEDIAL),
        denervated="flexor_pollicis_longus pronator_quadratus flexor_digitorum_profundus_2_3",
        spared="abductor_pollicis_brevis flexor_carpi_radialis first_dorsal_interosseous",
        weak="thumb_flexion",
        preserved="median",
    ),
    Pattern(
        "ulnar",
        ("root_c8", "root_t1", LOWER, MEDIAL, "deep_ulnar", "ulnar_wrist"),
        denervated="first_dorsal_interosseous abductor_digiti_minimi "
        "flexor_digitorum_profundus_4_5 flexor_carpi_ulnaris",
        spared="abductor_pollicis_brevis flexor_pollicis_longus extensor_indicis",
        weak="finger_abduction",
        lost="ulnar dorsal_ulnar_cutaneous",
        preserved="medial_antebrachial_cutaneous",
        name="ulnar nerve at the elbow, not the C8 root",
    ),
    Pattern(
        "ulnar_wrist",
        ("ulnar", "deep_ulnar", "root_t1", "root_c8", MEDIAL),
        denervated="first_dorsal_interosseous abductor_digiti_minimi",
        spared="flexor_carpi_ulnaris flexor_digitorum_profundus_4_5 abductor_pollicis_brevis",
        weak="finger_abduction",
        lost="ulnar",
        preserved="dorsal_ulnar_cutaneous",
    ),
    Pattern(
        "deep_ulnar",
        ("ulnar", "ulnar_wrist", "root_c8", "root_t1"),
        denervated="first_dorsal_interosseous",
        spared="abductor_digiti_minimi flexor_carpi_ulnaris abductor_pollicis_brevis",
        weak="thumb_adduction finger_adduction",
        preserved="ulnar",
    ),
    Pattern(
        "long_thoracic",
        ("root_c6", "root_c7", UPPER, "brachial_plexus"),
        denervated="serratus_anterior",
        spared="deltoid biceps_brachii rhomboids triceps",
        weak="scapular_protraction",
    ),
    Pattern(
        "spinal_accessory",
        ("root_c3", "root_c4", "root_c2+root_c3", "cervical_plexus"),
        denervated="trapezius sternocleidomastoid",
        spared="rhomboids deltoid",
        weak="shoulder_elevation neck_rotation",
    ),
    Pattern(
        "dorsal_scapular",
        ("root_c5", "root_c4", "brachial_plexus"),
        denervated="rhomboids",
        spared="deltoid supraspinatus biceps_brachii paraspinal_c5",
        weak="scapular_retraction",
    ),
    Pattern(
        "thoracodorsal",
        ("root_c7", POSTERIOR),
        denervated="latissimus_dorsi",
        spared="triceps deltoid extensor_digitorum_communis",
        weak="shoulder_adduction",
    ),
    Pattern(
        "phrenic",
        ("root_c4", "root_c5"),
        denervated="diaphragm",
        spared="deltoid rhomboids paraspinal_c4",
    ),
)
LEG_NERVES = (
    Pattern(
        "femoral",
        ("root_l3", "root_l4", "lumbar_plexus", "root_l2+root_l3", "femoral_thigh"),
        denervated="vastus_medialis rectus_femoris iliacus",
        spared="adductor_longus tibialis_anterior paraspinal_l3 paraspinal_l4",
        weak="knee_extension hip_flexion",
        strong="hip_adduction",
        lost="saphenous",
        reflex="patellar",
        name="femoral nerve, not the L3 or L4 root",
    ),
    Pattern(
        "femoral_thigh",
        ("femoral", "root_l3", "root_l4", "lumbar_plexus"),
        denervated="vastus_medialis rectus_femoris",
        spared="iliacus adductor_longus",
        weak="knee_extension",
        strong="hip_flexion",
        lost="saphenous",
        reflex="patellar",
    ),
    Pattern(
        "obturator",
        ("root_l3", "root_l2", "lumbar_plexus", "femoral"),
        denervated="adductor_longus gracilis",
        spared="vastus_medialis iliacus tibialis_anterior",
        weak="hip_adduction",
        strong="hip_flexion knee_extension",
        reflex="adductor",
        reflex_normal="patellar",
    ),
    Pattern(
        "superior_gluteal",
        ("root_l5", "sacral_plexus"),
        denervated="gluteus_medius tensor_fasciae_latae",
        spared="tibialis_anterior gluteus_maximus peroneus_longus tibialis_posterior",
        weak="hip_abduction",
    ),
    Pattern(
        "inferior_gluteal",
        ("root_s1", "sacral_plexus", "root_l5"),
        denervated="gluteus_maximus",
        spared="biceps_femoris_long_head gastrocnemius_medial gluteus_medius",
        weak="hip_extension",
        reflex_normal="achilles",
    ),
    Pattern(
        "sciatic",
        (
            "root_l5+root_s1",
            "sacral_plexus",
            "common_fibular",
            "tibial",
            "sciatic_fibular_division",
        ),
        denervated="biceps_femoris_short_head biceps_femoris_long_head tibialis_anterior "
        "gastrocnemius_medial peroneus_longus",
        spared="gluteus_medius gluteus_maximus tensor_fasciae_latae paraspinal_l5 paraspinal_s1",
        weak="ankle_dorsiflexion ankle_plantarflexion knee_flexion",
        lost="sural superficial_fibular",
        reflex="achilles",
        name="sciatic nerve, not the L5 and S1 roots",
    ),
    Pattern(
        "sciatic_fibular_division",
        ("common_fibular", "root_l5", "sciatic"),
        denervated="tibialis_anterior extensor_hallucis_longus peroneus_longus "
        "biceps_femoris_short_head",
        spared="gastrocnemius_medial tibialis_posterior semitendinosus",
        weak="ankle_dorsiflexion",
        lost="superficial_fibular",
    ),
    Pattern(
        "common_fibular",
        ("root_l5", "sciatic", "sciatic_fibular_division", "deep_fibular", "lumbosacral_trunk"),
        denervated="tibialis_anterior extensor_hallucis_longus peroneus_longus "
        "extensor_digitorum_brevis",
        spared="tibialis_posterior biceps_femoris_short_head tensor_fasciae_latae paraspinal_l5 "
        "gastrocnemius_medial",
        weak="ankle_dorsiflexion ankle_eversion toe1_extension",
        strong="ankle_inversion hip_abduction",
        lost="superficial_fibular",
        preserved="sural",
        name="common fibular nerve, not the L5 root",
    ),
    Pattern(
        "deep_fibular",
        ("common_fibular", "root_l5", "superficial_fibular"),
        denervated="tibialis_anterior extensor_hallucis_longus extensor_digitorum_brevis",
        spared="peroneus_longus tibialis_posterior biceps_femoris_short_head",
        weak="ankle_dorsiflexion toe1_extension",
        strong="ankle_eversion",
        preserved="superficial_fibular",
    ),
    Pattern(
        "superficial_fibular",
        ("common_fibular", "root_l5", "deep_fibular"),
        denervated="peroneus_longus peroneus_brevis",
        spared="tibialis_anterior extensor_hallucis_longus tibialis_posterior",
        weak="ankle_eversion",
        lost="superficial_fibular",
    ),
    Pattern(
        "tibial",
        ("root_s1", "sciatic", "sciatic_tibial_division", "root_s2", "tibial_ankle"),
        denervated="gastrocnemius_medial soleus tibialis_posterior abductor_hallucis",
        spared="tibialis_anterior biceps_femoris_long_head gluteus_maximus peroneus_longus",
        weak="ankle_plantarflexion ankle_inversion",
        lost="sural",
        reflex="achilles",
        name="tibial nerve, not the S1 root",
    ),
    Pattern(
        "tibial_ankle",
        ("root_s1", "root_s2", "tibial", "medial_plantar", "lateral_plantar"),
        denervated="abductor_hallucis abductor_digiti_minimi_pedis",
        spared="gastrocnemius_medial soleus tibialis_posterior tibialis_anterior",
        lost="medial_plantar lateral_plantar",
        preserved="sural",
        reflex_normal="achilles",
    ),
    Pattern(
        "lateral_femoral_cutaneous",
        ("root_l2", "lumbar_plexus", "femoral"),
        spared="vastus_medialis iliacus",
        strong="hip_flexion knee_extension",
        lost="lateral_femoral_cutaneous",
    ),
)
BEDSIDE = (  # strength and reflexes only
    Pattern(
        "root_l5",
        ("common_fibular", "deep_fibular", "sciatic"),
        weak="ankle_dorsiflexion toe1_extension ankle_inversion hip_abduction",
        strong="ankle_plantarflexion knee_extension",
        reflex_normal="achilles patellar",
        name="foot drop with weak inversion and abduction: L5 root",
    ),
    Pattern(
        "common_fibular",
        ("root_l5", "sciatic", "deep_fibular", "superficial_fibular"),
        weak="ankle_dorsiflexion toe1_extension ankle_eversion",
        strong="ankle_inversion hip_abduction ankle_plantarflexion knee_flexion",
        name="foot drop with strong inversion and abduction: common fibular nerve",
    ),
    Pattern(
        "root_c8",
        ("ulnar", "median", "posterior_interosseous", "deep_ulnar"),
        weak="finger_abduction thumb_flexion index_extension finger_flexion",
        strong="elbow_extension elbow_flexion shoulder_abduction",
        reflex="finger_flexor",
        name="weak hand with a weak index extensor: C8 root",
    ),
    Pattern(
        "ulnar",
        ("root_c8", "root_t1", LOWER, "median"),
        weak="finger_abduction finger_adduction thumb_adduction finger_abduction_5",
        strong="thumb_abduction thumb_flexion index_extension",
        name="weak hand with a strong thumb: ulnar nerve",
    ),
    Pattern(
        "root_c7",
        ("radial", "posterior_interosseous", "median", POSTERIOR),
        weak="elbow_extension wrist_flexion finger_extension",
        strong="shoulder_abduction elbow_flexion finger_abduction thumb_extension",
        reflex="triceps",
        name="weak triceps and wrist flexors: C7 root",
    ),
)
PATTERNS = (*BEDSIDE, *ARM_ROOTS, *LEG_ROOTS, *PLEXUS, *ARM_NERVES, *LEG_NERVES)
