"""Build the web fonts and list the characters that pages show.

`python -m tests.fonts PACKAGE...` writes static/fonts/*.woff2 from the npm packages
@expo-google-fonts/inter and @expo-google-fonts/source-serif-4, downloaded with `npm pack`.
"""

import ast
import io
import json
import re
import sys
import tarfile
from collections import defaultdict
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"
STYLES = ROOT / "static" / "css" / "fonts.css"
APPS = ("caserecords", "imaging", "patients")
SOURCES = {
    "inter-400.woff2": "Inter_400Regular.ttf",
    "inter-600.woff2": "Inter_600SemiBold.ttf",
    "serif-400.woff2": "SourceSerif4_400Regular.ttf",
    "serif-600.woff2": "SourceSerif4_600SemiBold.ttf",
}
# "Source" is a reserved font name, which a subset must not use (SIL OFL 1.1, condition 3).
RESERVED = {"Source Serif 4": "Caserecords Serif", "SourceSerif4": "CaserecordsSerif"}
NAMES = (1, 3, 4, 6, 16, 25)  # records of the name table that contain the family's name
RANGES = (
    (0x20, 0x7E),  # Latin
    (0xA0, 0x17F),  # Latin-1, Latin Extended-A
    (0x2C6, 0x2DD),  # accents
    (0x370, 0x3FF),  # Greek
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x214F),  # currency and letterlike symbols
    (0x2150, 0x218B),  # fractions
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x25A0, 0x25FF),  # geometric shapes
    (0x2713, 0x2717),  # check marks and crosses
)
# Not "calt": Inter would show a typed "->" as an arrow and the x of "2x5" as a multiplication sign.
FEATURES = ["kern", "ccmp", "locl", "lnum", "tnum"]
DIGITS = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}


def build(packages):
    """Write a subset of each font in SOURCES, read from the packages, as WOFF2."""
    for target, name in SOURCES.items():
        font = TTFont(io.BytesIO(read_member(packages, name)), recalcTimestamp=False)
        keep_tabular_digits(font)
        options = subset.Options()
        options.layout_features, options.name_IDs, options.hinting = FEATURES, ["*"], False
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=[code for a, b in RANGES for code in range(a, b + 1)])
        subsetter.subset(font)
        rename(font)
        font.flavor = "woff2"
        font.save(FONTS / target)
        print(f"{target}: {(FONTS / target).stat().st_size / 1000:.1f} kB")


def read_member(packages, name):
    """Return the content of the file with this name in one of the packages."""
    for package in packages:
        with tarfile.open(package) as archive:
            for member in archive.getmembers():
                if member.name.endswith(f"/{name}"):
                    return archive.extractfile(member).read()
    raise SystemExit(f"{name} is not in the packages; see Fonts in docs/architecture.md.")


def keep_tabular_digits(font):
    """Limit tabular figures to the digits: Inter would also widen spaces and hyphens."""
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        lookups = record.Feature.LookupListIndex if record.FeatureTag == "tnum" else []
        for part in (part for index in lookups for part in table.LookupList.Lookup[index].SubTable):
            part = getattr(part, "ExtSubTable", part)
            part.mapping = {key: part.mapping[key] for key in part.mapping.keys() & DIGITS}


def rename(font):
    """Replace a reserved name in the font's names, but not in its copyright and licence."""
    for record in font["name"].names:
        if record.nameID in NAMES:
            text = record.toUnicode()
            for reserved, name in RESERVED.items():
                text = text.replace(reserved, name)
            record.string = text


def faces():
    """Return {(family, weight): characters} for the @font-face rules of the style sheet."""
    found = defaultdict(set)
    for rule in re.findall(r"@font-face \{(.*?)\}", STYLES.read_text(), re.DOTALL):
        family, weight, name = (
            re.search(pattern, rule)[1]
            for pattern in (r'font-family: "(.+?)"', r"font-weight: (\d+)", r'fonts/([^"]+)"')
        )
        limits = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", rule)
        codes = TTFont(FONTS / name).getBestCmap()
        found[family, int(weight)] |= {
            chr(code)
            for code in codes
            if not limits or any(int(a, 16) <= code <= int(b or a, 16) for a, b in limits)
        }
    return found


def shown_characters():
    """Return {character: files that contain it} for everything that may be shown on a page."""
    found = defaultdict(set)
    for path, text in shown_texts():
        for character in set(text):
            if character.isprintable():
                found[character].add(str(path.relative_to(ROOT)))
    return found


def shown_texts():
    """Yield (path, text) of everything that may be shown on a page."""
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js")]:
        yield path, path.read_text()
    for path in ROOT.glob("static/css/*.css"):
        yield path, "".join(re.findall(r"content: ([^;]+);", path.read_text()))
    for app in APPS:
        for path in (ROOT / app).rglob("*.csv"):
            yield path, path.read_text()
        for path in (ROOT / app).rglob("*.json"):
            yield path, json.dumps(json.loads(path.read_text()), ensure_ascii=False)
        for path in (ROOT / app).rglob("*.py"):
            yield path, "".join(literals(path.read_text()))


def literals(source):
    """Yield the string literals of a module, except docstrings."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in docstrings:
                yield node.value


if __name__ == "__main__":
    build(sys.argv[1:])
