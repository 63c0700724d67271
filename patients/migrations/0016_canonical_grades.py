"""Store each grade in its canonical text, with the text as printed beside it.

The documents of earlier versions stay as they are; comparing them with later ones shows no change.
"""

from django.db import migrations


def split_grades(apps, schema_editor):
    StrengthScore = apps.get_model("patients", "StrengthScore")
    rows = StrengthScore.objects.using(schema_editor.connection.alias).order_by("pk")
    # Reading a row parses its grade, and saving it writes the grade and its text as printed.
    changed = [row for row in rows.iterator() if row.grade and row.grade.printed]
    StrengthScore.objects.using(schema_editor.connection.alias).bulk_update(
        changed, ["grade", "printed_grade"], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [("patients", "0015_printed_grades")]
    operations = [migrations.RunPython(split_grades, migrations.RunPython.noop)]
