"""Courses of treatment, each with the phases that belong to it."""

from patients.entry.row import RowForm
from patients.entry.rows import RowFormSet, refresh_links


class CourseForm(RowForm):
    """A course and the formset of its phases."""

    def __init__(self, formset, name, row, texts, number):
        super().__init__(formset, name, row, texts, number)
        self.phases = RowFormSet(
            formset.table.nested,
            formset.case,
            [phase for phase in formset.phases if phase.treatment_id == row.pk],
            targets=formset.targets,
            labels=formset.labels,
            texts=texts,
            bound=formset.bound,
            prefix=f"phases.{name}",
        )

    @property
    def is_blank(self):
        return super().is_blank and not any(form.counts for form in self.phases.forms)


class CourseFormSet(RowFormSet):
    """Courses in order, each with its phases in order."""

    template = "patients/entry/_courses.html"
    form = CourseForm

    def __init__(self, table, case, rows, *, phases, **options):
        self.phases = list(phases)
        super().__init__(table, case, rows, **options)

    def catalogues(self):
        return super().catalogues() | self.forms[0].phases.catalogues()

    def texts(self):
        found = super().texts()
        for form in self.forms:
            if form.is_stored:
                found |= form.phases.texts()
        return found

    def texts_at(self, record, typed):
        found = super().texts_at(record, typed)
        names = [name for name in typed.get(f"{self.prefix}-rows", "").split(",") if name]
        for name, course in zip(names, record.rows[self.table.key], strict=False):
            prefix = f"phases.{name}"
            numbers = [n for n in typed.get(f"{prefix}-rows", "").split(",") if n]
            rows = [phase for phase in record.rows["phases"] if phase.treatment is course]
            below = RowFormSet(
                self.table.nested, self.case, (), targets={}, labels={}, texts={}, prefix=prefix
            )
            found |= below.texts_for(rows, numbers, {})
        return found

    def names_in_words(self):
        found = super().names_in_words()
        for form in self.forms:
            for name, words in form.phases.names_in_words().items():
                found[name] = f"{self.row_words(form)}, {words}"
        return found

    def is_valid(self):
        for form in self.forms:
            if form.counts:
                form.phases.is_valid()
        return super().is_valid()

    def mistakes(self):
        found = super().mistakes()
        for form in self.forms:
            if form.counts:
                words = self.row_words(form)
                found += [(where, f"{words}, {text}") for where, text in form.phases.mistakes()]
        return found

    def record_rows(self):
        phases = []
        for form in self.kept():
            for row in form.phases.record_rows()["phases"]:
                row.treatment = form.row
                phases.append(row)
        return super().record_rows() | {"phases": tuple(phases)}

    def after(self):
        found = super().after()
        for form in self.forms:
            after = form.phases.after()
            found |= after if form.counts else dict.fromkeys(after)
        return found

    def save(self, start=0):
        place = 0
        for position, form in enumerate(self.kept(), start):
            row, row.case, row.position = form.row, self.case, position
            refresh_links(row)
            row.save()
            for phase in form.phases.kept():
                phase.row.treatment = row
            form.phases.save(place)
            place += len(form.phases.kept())
        kept = {form.row.pk for form in self.kept()}
        gone = [row.pk for row in self.rows if row.pk not in kept]
        self.table.model.objects.filter(case=self.case, pk__in=gone).delete()
