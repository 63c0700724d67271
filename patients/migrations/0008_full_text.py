"""Create the full-text index of CaseText, in the way of each database."""

from django.db import migrations

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE patients_casewords USING fts5("
        "text, content='patients_casetext', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 0')",
        "CREATE TRIGGER patients_casetext_added AFTER INSERT ON patients_casetext BEGIN "
        "INSERT INTO patients_casewords(rowid, text) VALUES (new.id, new.text); END",
        "CREATE TRIGGER patients_casetext_deleted AFTER DELETE ON patients_casetext BEGIN "
        "INSERT INTO patients_casewords(patients_casewords, rowid, text) "
        "VALUES ('delete', old.id, old.text); END",
        "CREATE TRIGGER patients_casetext_changed AFTER UPDATE ON patients_casetext BEGIN "
        "INSERT INTO patients_casewords(patients_casewords, rowid, text) "
        "VALUES ('delete', old.id, old.text); "
        "INSERT INTO patients_casewords(rowid, text) VALUES (new.id, new.text); END",
    ),
    "postgresql": (
        "CREATE INDEX patients_casetext_words ON patients_casetext "
        "USING gin (array_to_tsvector(string_to_array(text, ' ')))",
    ),
}
DROP = {
    "sqlite": (
        "DROP TRIGGER patients_casetext_added",
        "DROP TRIGGER patients_casetext_deleted",
        "DROP TRIGGER patients_casetext_changed",
        "DROP TABLE patients_casewords",
    ),
    "postgresql": ("DROP INDEX patients_casetext_words",),
}


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("patients", "0007_search_and_filters")]
    operations = [migrations.RunPython(create, drop)]
