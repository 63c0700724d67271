"""Name the inputs of a chapter after it, in the unsaved changes of the narrative.

Before, they were named after the primary key of the row: "narrative-12-text".
"""

import re

from django.db import migrations
from django.http import QueryDict

_INPUT = re.compile(r"narrative-(?P<row>(?:new)?\d+)-(?P<column>\w+)")


def name_after_chapters(apps, schema_editor):
    drafts = apps.get_model("patients", "Draft").objects.using(schema_editor.connection.alias)
    for draft in drafts.filter(section="narrative"):
        draft.data = renamed(draft.data)
        draft.save(update_fields=["data"])


def renamed(data):
    """Return the encoded inputs with the name of each chapter in place of its row."""
    texts = QueryDict(data).dict()
    found = QueryDict(mutable=True)
    for name, text in texts.items():
        given = _INPUT.fullmatch(name)
        chapter = given and texts.get(f"narrative-{given['row']}-chapter")
        found[f"narrative-{chapter}-{given['column']}" if chapter else name] = text
    return found.urlencode()


class Migration(migrations.Migration):
    dependencies = [("patients", "0020_team_templates")]
    operations = [migrations.RunPython(name_after_chapters, migrations.RunPython.noop, elidable=True)]
