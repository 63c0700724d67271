"""Draw the findings on one side along the pathways from roots to muscles."""

from django.utils.translation import gettext as _

from patients.catalogue import muscles
from patients.drawings.pathways import MuscleFinding, Pathways, pathways
from patients.reasoning.finding import Finding
from patients.reasoning.localisation import SideRanking
from patients.reasoning.sites import prime_movers


def draw_pathways(side: SideRanking) -> Pathways:
    """Return the drawing of one side, with its first candidate outlined.

    A movement is drawn at one of its prime movers; see `choose_mover`.
    """
    found: dict[str, list[Finding]] = {}
    for finding in side.findings:
        if finding.supplied[0] == "muscles":
            found.setdefault(finding.supplied[1], []).append(finding)
    for finding in side.findings:
        if finding.catalogue == "movements":
            found.setdefault(choose_mover(finding.item, found), []).append(finding)
    site = side.first.site if side.first else None
    return pathways(
        f"pathways-{side.side}",
        _("Nerve pathways of the findings, %(side)s side") % {"side": _(side.side)},
        [muscle_finding(muscle, findings) for muscle, findings in found.items()],
        [(part.kind, part.id) for part in site.parts] if site else (),
        _(site.name) if site else "",
    )


def choose_mover(movement, found):
    """Return the prime mover at which to draw a movement; `found` maps muscles to findings.

    Of the movers with findings, prefer one whose `mrc_movement` is this movement; if no mover
    has findings, return the first.
    """
    movers = prime_movers(movement)
    examined = [one for one in movers if one in found]
    own = [one for one in examined if muscles.BY_ID[one].mrc_movement == movement]
    return [*own, *examined, *movers][0]


def muscle_finding(muscle, findings):
    """Return the MuscleFinding of a muscle, which is abnormal if any of its findings is."""
    texts = dict.fromkeys(finding_text(one, muscle) for one in findings)
    state = "abnormal" if any(one.abnormal for one in findings) else "normal"
    return MuscleFinding(muscle, state, "; ".join(texts))


def finding_text(finding, muscle):
    """Return a finding as text, with its movement or nerve unless it is about the muscle itself."""
    named = "" if finding.item == muscle else f"{_(finding.label)} "
    grade = finding.detail.removeprefix("MRC ") if finding.kind == "mrc" else ""
    return f"{named}{grade or _(finding.words)}"
