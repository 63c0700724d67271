from django.db import migrations

import patients.models.fields


class Migration(migrations.Migration):
    dependencies = [("patients", "0014_catalogue_codes")]
    operations = [
        migrations.AlterField(
            model_name="strengthscore",
            name="grade",
            field=patients.models.fields.GradeField(max_length=60, verbose_name="grade"),
        ),
        migrations.AddField(
            model_name="strengthscore",
            name="printed_grade",
            field=patients.models.fields.PrintedGradeField(
                blank=True, editable=False, max_length=60, verbose_name="grade as printed"
            ),
        ),
    ]
