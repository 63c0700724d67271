"""The findings of one side on the way from roots through plexus and nerves to muscles."""

from django.utils.translation import gettext as _

from patients.catalogue import muscles
from patients.drawings.pathways import MuscleFinding, Pathways, pathways
from patients.reasoning.finding import Finding
from patients.reasoning.localisation import SideRanking
from patients.reasoning.sites import prime_movers


def draw_pathways(side: SideRanking) -> Pathways:
    """Return the drawing of one side, the first candidate outlined.

    A movement is shown by one of its prime movers: one that was examined itself and is graded by
    this movement, or else examined, or else the first.
    """
    found: dict[str, list[Finding]] = {}
    for finding in side.findings:
        if finding.supplied[0] == "muscles":
            found.setdefault(finding.supplied[1], []).append(finding)
    for finding in side.findings:
        if finding.catalogue == "movements":
            found.setdefault(mover_shown(finding.item, found), []).append(finding)
    site = side.first.site if side.first else None
    return pathways(
        f"pathways-{side.side}",
        _("Findings on their paths, %(side)s side") % {"side": _(side.side)},
        [shown(muscle, findings) for muscle, findings in found.items()],
        [(part.kind, part.id) for part in site.parts] if site else (),
        _(site.name) if site else "",
    )


def mover_shown(movement, found):
    """Return the muscle by which a movement is shown beside those already found."""
    movers = prime_movers(movement)
    examined = [one for one in movers if one in found]
    own = [one for one in examined if muscles.BY_ID[one].mrc_movement == movement]
    return [*own, *examined, *movers][0]


def shown(muscle, findings):
    """Return what was found of a muscle: abnormal where any finding of it is."""
    words = dict.fromkeys(in_words(one, muscle) for one in findings)
    state = "abnormal" if any(one.abnormal for one in findings) else "normal"
    return MuscleFinding(muscle, state, "; ".join(words))


def in_words(finding, muscle):
    """Return a finding; of a movement or a nerve with its name, as the muscle is another thing."""
    named = "" if finding.item == muscle else f"{_(finding.label)} "
    grade = finding.detail.removeprefix("MRC ") if finding.kind == "mrc" else ""
    return f"{named}{grade or _(finding.words)}"
