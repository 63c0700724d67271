"""Fill the words, terms and grades of existing cases, and find the returned drafts.

They follow from the stored record and summary. `manage.py rebuild_computed` writes them again.
"""

import json
import zlib

from django.db import migrations

from patients.record.search_terms import grades_of, search_text, terms_of

# How the comment of a version began when it changed the status.
STEPS = ("Submitted for review", "Returned to draft", "Approved", "Returned to the authors")


def fill(apps, schema_editor):
    Case = apps.get_model("patients", "Case")
    for case in Case.objects.order_by("pk").iterator(chunk_size=50):
        fill_case(apps, case)


def fill_case(apps, case):
    CaseVersion = apps.get_model("patients", "CaseVersion")
    CaseSummary = apps.get_model("patients", "CaseSummary")
    version = CaseVersion.objects.filter(case=case, number=case.version).first()
    summary = CaseSummary.objects.filter(case=case).first()
    data = version and read_record(apps, case, version)
    if data is None or summary is None:
        return  # damaged: `verify` reports it
    summary.filled = sorted(key for key, rows in data.items() if isinstance(rows, list) and rows)
    summary.save(update_fields=["filled"])
    apps.get_model("patients", "CaseText").objects.create(case=case, text=search_text(data))
    CaseTerm, CaseGrade = (apps.get_model("patients", name) for name in ("CaseTerm", "CaseGrade"))
    CaseTerm.objects.bulk_create(
        CaseTerm(case=case, kind=kind, value=value) for kind, value in sorted(terms_of(data))
    )
    CaseGrade.objects.bulk_create(
        CaseGrade(case=case, **grade._asdict()) for grade in grades_of(data, summary.movements)
    )
    if case.status == "draft":
        versions = CaseVersion.objects.filter(case=case).order_by("-number")
        comments = versions.values_list("number", "comment")
        Case = apps.get_model("patients", "Case")
        Case.objects.filter(pk=case.pk).update(returned_version=returned_version(comments))


def read_record(apps, case, version):
    """Return the clinical record of a version; None if it is missing or damaged."""
    pieces = apps.get_model("patients", "DocumentPiece").objects
    piece = pieces.filter(case=case, sha256=version.pieces.get("record")).first()
    try:
        return json.loads(zlib.decompress(piece.compressed)) if piece else None
    except (zlib.error, ValueError):
        return None


def returned_version(comments):
    """Return the number of the version that returned a case, if that was its last change."""
    for number, comment in comments:
        if comment.startswith(STEPS):
            return number if comment.startswith(STEPS[-1]) else None
    return None


class Migration(migrations.Migration):
    dependencies = [("patients", "0008_full_text")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
