"""Forms for courses of treatment with their phases."""

from patients.entry.row import RowForm
from patients.entry.rows import RowFormSet, refresh_links


class CourseForm(RowForm):
    """A course with the formset of its phases."""

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
        return super().is_blank and not any(form.is_included for form in self.phases.forms)


class CourseFormSet(RowFormSet):
    """The courses of a case with their phases."""

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

    def input_labels(self):
        found = super().input_labels()
        for form in self.forms:
            for name, label in form.phases.input_labels().items():
                found[name] = f"{self.row_label(form)}, {label}"
        return found

    def is_valid(self):
        for form in self.forms:
            if form.is_included:
                form.phases.is_valid()
        return super().is_valid()

    def list_errors(self):
        found = super().list_errors()
        for form in self.forms:
            if form.is_included:
                label = self.row_label(form)
                found += [(where, f"{label}, {text}") for where, text in form.phases.list_errors()]
        return found

    def record_rows(self):
        phases = []
        for form in self.forms_to_save():
            for row in form.phases.record_rows()["phases"]:
                row.treatment = form.row
                phases.append(row)
        return super().record_rows() | {"phases": tuple(phases)}

    def rows_after_save(self):
        found = super().rows_after_save()
        for form in self.forms:
            after = form.phases.rows_after_save()
            found |= after if form.is_included else dict.fromkeys(after)
        return found

    def rows_renamed(self):
        found = super().rows_renamed()
        for form in self.forms_to_save():
            old, new = form.phases.prefix, f"phases.{form.row.pk}"
            phases = form.phases.rows_renamed().items()
            found |= {row: after and new + after.removeprefix(old) for row, after in phases}
            if old != new:
                found[old] = new
        return found

    @property
    def row_lists(self):
        found = super().row_lists
        for form in self.forms:
            found |= form.phases.row_lists if form.is_stored else {}
        return found

    def save(self, start=0):
        place = 0
        for position, form in zip(self.free_positions(start), self.forms_to_save(), strict=False):
            row, row.case, row.position = form.row, self.case, position
            refresh_links(row)
            row.save()
            for phase in form.phases.forms_to_save():
                phase.row.treatment = row
            form.phases.save(place)
            place += len(form.phases.forms_to_save())
        kept = {form.row.pk for form in self.forms_to_save()}
        gone = [row.pk for row in self.rows if row.pk not in kept]
        self.table.model.objects.filter(case=self.case, pk__in=gone).delete()
