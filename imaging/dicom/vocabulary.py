"""The words allowed in a description that is kept; any other word could be a name.

A description is kept only if every word is listed here and its numbers are short. The list contains
imaging terms, but none that is also a common name (May, Rose).
"""

import re

WORDS = frozenset(
    """
    t w te tr ti fov mm cm s ms b d x st sl p a r l c th k v of and with without w wo the for in
    mr mri mrt irm rm ct pet us dx cr nm xa ot imaging image images scan study series exam
    ax axial tra trans transversal transverse transv sag sagittal cor coronal obl oblique para
    localizer localiser scout survey loc plane planes iso isotropic multi multiplanar mpr mip cpr
    se fse tse ssfse haste space cube vista gre ge spgr flash vibe lava thrive mprage fspgr bravo
    tfe ffe fl tfl fisp truefisp fiesta ciss drive dess medic merge swi swan epi dwi dti adc trace
    diff diffusion perf perfusion dce dsc tof mra mrv mrn neurography myelo myelography ir stir
    tirm flair tirfl spair spir fs fat fatsat sat suppressed suppression dixon ideal water
    opp phase inphase outphase pd pdw rho proton density mtc mt inv inversion recovery spin echo
    gradient turbo fast rapid dual double triple single shot ultra short blade propeller
    multivane radial cartesian breath hold bh fb free breathing trig trigger triggered resp gated
    km gd gado gadolinium contrast contr enhanced enh post pre native plain ce dynamic early
    late delayed simulated iv intravenous gadobutrol gadovist gadavist gadoterate dotarem
    clariscan gadoteridol prohance gadobenate multihance gadopentetate magnevist gadodiamide
    omniscan gadoversetamide gadoxetate primovist eovist
    spine spinal lumbar lumbosacral lspine ls lws cervical cspine hws thoracic tspine bws sacral
    sacrum ssacrum coccyx whole total wholespine vertebra vertebral disc level levels conus cauda
    brain head skull neck orbit orbits pituitary iac plexus brachial brachialplexus lumbar
    chest thorax abdomen abdomenpelvis pelvis hip thigh knee leg calf ankle foot shoulder
    arm upperarm elbow forearm wrist hand upper lower limb extremity muscle muscles nerve nerves
    root roots left right lt rt bilateral both sides proximal distal anterior posterior
    siemens healthineers philips general electric medical systems system toshiba canon hitachi
    united uih bruker esaote fonar gmbh ag healthcare synthetic phantom test make py
    original derived primary secondary m norm fm filtered none mixed add sub volume localizer
    reformatted projection average min max mean mag magnitude real imaginary dis2d dis nd mosaic
    other reference resampled calibration
    ep gr rmsk sk ss trss sp osp mp tof per rg cg ppg fc pff pfp sfs sat gems npw trf fast
    y n h f he hfs hfp ffs ffp hfdr hfdl ffdr ffdl
    algo window normal standard wide narrow soft tissue bone lung wb body full low high res
    resolution quick motion corrected corr map fa eadc isotropic unfiltered shim coil test
    yes no row col other
    """.split()
)  # fmt: skip

# Short numbers are counts, thicknesses or times. Longer numbers and groups of three numbers can be
# IDs or dates.
NUMBER = re.compile(r"\d+", re.ASCII)
DATE = re.compile(r"\d{1,4}[^A-Za-z\d]+\d{1,2}[^A-Za-z\d]+\d{2,4}", re.ASCII)
WORD = re.compile(r"[A-Za-z]+")


def harmless(text):
    """Return whether a string is short ASCII text with only imaging words and short numbers."""
    if not text.isascii() or not text.isprintable() or len(text) > 64:
        return False
    words = WORD.findall(text)
    return all(word.lower() in WORDS for word in words) and harmless_numbers(text, words)


def harmless_numbers(text, words):
    numbers = NUMBER.findall(text)
    if DATE.search(text) or any(len(number) > 3 for number in numbers):
        return False
    return sum(map(len, numbers)) <= (6 if words else 3)
