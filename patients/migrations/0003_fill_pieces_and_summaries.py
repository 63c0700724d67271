"""Divide whole documents into what was entered, in pieces, and what was computed; fill summaries.

Everything follows from the stored documents. The rules that computed them are version 1. The chain
of versions is hashed anew over what was entered; a version whose old hashes did not hold keeps its
old chain hash, so that `verify` goes on naming it.
"""

import hashlib
import json
import zlib
from decimal import Decimal, InvalidOperation

from django.db import migrations

RULES = "1"
BLOCK = 250  # images in a piece
LEADING = ("final", "revised", "working", "concurrent", "differential")
YEARS = {"hours": 8766, "days": 365.25, "weeks": 52.1786, "months": 12, "years": 1, "": 1}


def fill(apps, schema_editor):
    Case = apps.get_model("patients", "Case")
    for case in Case.objects.select_related("patient").order_by("pk").iterator(chunk_size=50):
        Filling(apps, case).fill()


class Filling:
    """The versions and the summary of one case."""

    def __init__(self, apps, case):
        self.CaseVersion = apps.get_model("patients", "CaseVersion")
        self.DocumentPiece = apps.get_model("patients", "DocumentPiece")
        self.CaseSummary = apps.get_model("patients", "CaseSummary")
        self.case = case
        self.old_hash = self.new_hash = ""
        self.stored = set()

    def fill(self):
        document = None
        signed = self.signed_number()
        versions = self.CaseVersion.objects.filter(case=self.case).order_by("number")
        for version in versions.iterator(chunk_size=1):
            document = self.convert(version, version.number == signed)
        if document is not None:
            columns = summary_of(document)
            self.CaseSummary.objects.update_or_create(case=self.case, defaults=columns)
        self.case.search_text = f"{self.case.title} {self.case.patient.code}".casefold()
        self.case.save(update_fields=["search_text"])

    def signed_number(self):
        """Return the number of the version that approved the case, None where it is not."""
        if self.case.status != "approved":
            return None
        versions = self.CaseVersion.objects.filter(case=self.case).order_by("-number")
        approving = versions.filter(comment__istartswith="approved").first()
        return (approving or versions.first()).number if versions.exists() else None

    def convert(self, version, is_signed):
        """Divide one version's document; return the whole document as a dict."""
        was_whole = is_whole(version, self.old_hash)
        self.old_hash = version.chain_hash
        document = json.loads(version.document)
        computed = {"rules": RULES} | document.pop("computed", {})
        texts = {name: to_text(data) for name, data in split(document).items()}
        self.store(texts)
        version.pieces = {name: sha256_of(text) for name, text in texts.items()}
        version.rules, version.computed = RULES, zlib.compress(to_text(computed))
        version.is_signed = is_signed
        version.previous_hash = self.new_hash
        lines = "".join(f"{name} {sha256}\n" for name, sha256 in sorted(version.pieces.items()))
        version.sha256 = sha256_of(lines.encode())
        if was_whole:
            signature = "signed" if is_signed else ""
            version.chain_hash = chain_hash(version, version.sha256, signature)
        version.document = ""
        version.save()
        self.new_hash = version.chain_hash
        return document | {"computed": computed}

    def store(self, texts):
        new = {sha256_of(text): text for text in texts.values()}
        self.DocumentPiece.objects.bulk_create(
            self.DocumentPiece(case=self.case, sha256=sha256, compressed=zlib.compress(text))
            for sha256, text in new.items()
            if sha256 not in self.stored
        )
        self.stored |= new.keys()


def is_whole(version, previous):
    """Tell whether a version's old hashes held."""
    sha256 = sha256_of(version.document.encode())
    held = version.sha256 == sha256 and version.previous_hash == previous
    return held and version.chain_hash == chain_hash(version, sha256)


def chain_hash(version, sha256, *signature):
    """Return the hash of a version: of the old kind, or with a field for its signature."""
    parts = (
        version.previous_hash,
        str(version.case_id),
        str(version.number),
        sha256,
        str(version.saved_by_id),
        version.saved_at.isoformat(),
        *signature,
        version.comment,
    )
    return sha256_of("\n".join(parts).encode())


def sha256_of(text):
    return hashlib.sha256(text).hexdigest()


def to_text(data):
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def split(document):
    """Return {name: data} of an entered document: the record, and the images in pieces."""
    imaging = document.get("imaging")
    pieces = {"record": {key: data for key, data in document.items() if key != "imaging"}}
    if imaging is None:
        return pieces
    pieces |= {f"imaging/{key}": data for key, data in imaging.items() if key != "studies"}
    pieces["imaging/studies"] = [
        study | {"series": [one | {"instances": []} for one in study["series"]]}
        for study in imaging["studies"]
    ]
    for study in imaging["studies"]:
        for series in study["series"]:
            images, uid = series["instances"], series["series_instance_uid"]
            for first in range(0, len(images), BLOCK):
                name = f"imaging/instances/{uid}/{first // BLOCK}"
                pieces[name] = images[first : first + BLOCK]
    return pieces


# Summaries


def summary_of(document):
    """Return the columns of a summary, as a document and what was computed of it say."""
    patient, computed = document.get("patient", {}), document["computed"]
    changes = computed.get("strength_changes", [])
    studies = document.get("imaging", {}).get("studies", [])
    series = [one for study in studies for one in study["series"]]
    leading = leading_diagnosis(document.get("diagnoses", []))
    age = patient.get("age_at_presentation") or {}
    return {
        "sex": patient.get("sex", "not_recorded"),
        "age": age_words(age),
        "age_band": age_band(age),
        "diagnosis": diagnosis_words(leading),
        "sides": sides_of(leading),
        "structures": structures_of(document.get("imaging_findings", [])),
        "movements": movements_of(document.get("strength", []), changes),
        **{way: sum(one["change"] == way for one in changes) for way in ("better", "worse", "same")},
        "visits": len(document.get("visits", [])),
        "studies": len(studies),
        "series": len(series),
        "images": sum(len(one["instances"]) for one in series),
        "open_checks": len(computed.get("checks", {}).get("open", [])),
    }


def movements_of(strength, changes):
    """Return each movement or muscle and side with its change, None where there is none."""
    names = ("movement", "muscle", "side")
    known = {tuple(one.get(name) for name in names): one["change"] for one in changes}
    found = {}
    for row in strength:
        key = (row.get("movement"), row.get("muscle"), row.get("side", "not_stated"))
        kind = "movement" if row.get("movement") else "muscle"
        found[key] = {kind: row.get(kind, ""), "side": key[2], "change": known.get(key)}
    return list(found.values())


def age_words(age):
    if "number" not in age or len(age.keys() - {"number", "unit"}):
        return ""
    unit = age.get("unit", "years")
    return (age["number"] if unit == "years" else f"{age['number']} {unit}")[:80]


def age_band(age):
    """Return "70-79" of an age that is a plain number."""
    try:
        plain = Decimal(age["number"]) if age_words(age) else None
        plain = plain if plain is None or plain.is_finite() else None
    except InvalidOperation:
        plain = None
    part = YEARS.get(age.get("unit", ""))
    if plain is None or part is None or not 0 <= plain < 10**6:
        return ""
    decade = int(float(plain) / part) // 10 * 10
    return f"{decade}-{decade + 9}" if decade <= 130 else ""


def leading_diagnosis(rows):
    ranked = [row for row in rows if row["status"] in LEADING]
    return min(ranked, key=lambda row: LEADING.index(row["status"]), default=None)


def diagnosis_words(row):
    if row is None:
        return ""
    side = row.get("side", "not_stated")
    words = "both sides" if side == "both" else side
    if side == "not_stated" or side in row["text"].casefold():
        return row["text"]
    return f"{row['text']}, {words}"


def sides_of(row):
    side = (row or {}).get("side", "not_stated")
    return {"not_stated": [], "both": ["left", "right"]}.get(side, [side])


def structures_of(rows):
    shown = [
        row["structure"]
        for row in rows
        if row.get("structure")
        and row.get("sign") != "normal"
        and row.get("certainty") != "excluded"
    ]
    return list(dict.fromkeys(shown))


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_pieces_and_summary")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
