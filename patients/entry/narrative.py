"""The narrative entry page: one large text field for each chapter.

The inputs of a chapter are named after it, so that text that is typed for a chapter finds its place
whether or not the chapter was saved or deleted meanwhile.
"""

from django.utils.translation import gettext as _

from patients.entry.row import RowForm
from patients.entry.rows import RowFormSet
from patients.models import Narrative
from patients.models.narrative import Chapter


class ChapterForm(RowForm):
    """One chapter; a stored chapter is deleted when its text is removed."""

    def __init__(self, formset, name, row, texts, number):
        if texts is not None:
            texts = texts | {f"{formset.prefix}-{name}-chapter": name}
        super().__init__(formset, name, row, texts, number)
        self.fields["text"].widget.attrs |= {"rows": 6, "class": "form-control cell prose-cell"}
        self.fields["text"].widget.attrs["aria-label"] = str(self.heading)

    @property
    def heading(self):
        return Chapter(self.row.chapter).label

    def note_cells(self):
        return [self["words"], self["note"]]

    @property
    def is_blank(self):
        return not self.is_stored and not any(
            self.texts[name] for name in ("text", "words", "note")
        )

    @property
    def is_deleted(self):
        return self.is_stored and not self.texts["text"]


class ChapterFormSet(RowFormSet):
    template = "patients/entry/_chapters.html"
    takes_tables = False
    form = ChapterForm

    def name_of(self, row):
        return row.chapter

    def typed_names(self, texts):
        columns = ("text", "words", "note")
        return [
            chapter
            for chapter in Chapter.values
            if any(f"{self.prefix}-{chapter}-{column}" in texts for column in columns)
        ]

    def make_forms(self, texts):
        stored = {row.chapter: row for row in self.rows}
        return [
            self.form(
                self, chapter, stored.get(chapter) or Narrative(chapter=chapter), texts, number
            )
            for number, chapter in enumerate(Chapter.values, 1)
        ]

    def texts_at(self, record, typed):
        rows = record.rows[self.table.key]
        return self.texts_for(rows, map(self.name_of, rows), {})

    def rows_renamed(self):
        return {}

    def forms_to_save(self):
        """Return the forms to save, in the standard order or, if different, in the stored order."""
        included = [form for form in self.forms if form.is_included]
        stored = [row.chapter for row in self.rows]
        if stored == sorted(stored, key=Chapter.values.index):
            return included
        place = {chapter: number for number, chapter in enumerate(stored)}
        return sorted(included, key=lambda form: place.get(form.row.chapter, len(place)))

    def row_label(self, form):
        return f"{_('Chapter')} {form.heading}"
