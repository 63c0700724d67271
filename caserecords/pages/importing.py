"""The page that creates cases from uploaded case documents."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.template.defaultfilters import date, filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from caserecords.exchange.reading import read_documents
from patients.access.permissions import record_access
from patients.actions.importing import import_case
from patients.entry.new_case import offer_teams
from patients.models import Case, CaseVersion, Team
from patients.record.document import DocumentError
from patients.views.cases import require_clinician

MAX_CASES = 50  # per upload; more would take too long for one request
MAX_ERRORS = 20  # shown for one document


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A field for one or more files; its value is a list."""

    widget = FilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, list) else [data]
        return [super(FilesField, self).clean(file, initial) for file in files or [None]]


class ImportForm(forms.Form):
    use_required_attribute = False
    files = FilesField(
        label=gettext_lazy("case files"),
        error_messages={"required": gettext_lazy("Choose one or more files.")},
    )
    team = forms.ModelChoiceField(Team.objects.none(), label=gettext_lazy("team"))

    def __init__(self, *args, user):
        super().__init__(*args)
        self.fields["team"].widget.attrs["class"] = "form-select"
        offer_teams(self.fields["team"], user)
        self.fields["files"].widget.attrs |= {
            "class": "form-control",
            "accept": ".json,.ndjson,.jsonl,application/json",
        }

    def clean_files(self):
        """Reject uploads that are too large to read at once."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if sum(file.size for file in self.cleaned_data["files"]) > limit:
            message = _("The files are larger than %s in total. Upload fewer or smaller files.")
            raise forms.ValidationError(message % filesizeformat(limit))
        return self.cleaned_data["files"]


@dataclass(frozen=True)
class ImportResult:
    """The outcome for one document: a new case, or (path, message) errors."""

    name: str
    case: Case | None = None
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def shown(self):
        return self.errors[:MAX_ERRORS]

    @property
    def more(self):
        return len(self.errors) - len(self.shown)


@require_http_methods(["GET", "HEAD", "POST"])
def import_cases(request):
    """Create a draft from each uploaded document; a document with an error creates nothing."""
    require_clinician(request.user)
    form, results = ImportForm(user=request.user), []
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            results = [*import_files(request, **form.cleaned_data)]
    created = [one.case for one in results if one.case]
    if len(created) == len(results) == 1:
        messages.success(request, _("Case imported. Saved as version 1."))
        return redirect("caserecords:show-case", created[0].pk)
    context = {"form": form, "results": results, "created": len(created)}
    status = 422 if form.errors or len(created) < len(results) else 200
    return render(request, "caserecords/import_cases.html", context, status=status)


def import_files(request, files, team):
    """Yield a result for each document of the files; stop with an error after MAX_CASES."""
    done = 0
    for file in files:
        for line, document, error in read_documents(file.read()):
            name = file.name if line is None else _("%s, line %d") % (file.name, line)
            done += 1
            if done > MAX_CASES:
                message = _(
                    "Not imported: an upload can have at most %d cases. Upload the rest separately."
                )
                yield ImportResult(name, errors=(("", message % MAX_CASES),))
                return
            if error:
                yield ImportResult(name, errors=(("", error),))
            else:
                yield import_one(request, name, document, team)


def reject_imported(case):
    """Raise DocumentError if the author already has a case in the team from the same document."""
    first = case.versions.get(number=1)
    same = CaseVersion.objects.filter(number=1, sha256=first.sha256).exclude(case=case)
    same = same.filter(case__in=Case.objects.kept().filter(author=case.author, team=case.team))
    if found := same.select_related("case").first():
        message = _(
            "Already imported on %(day)s as “%(title)s”. To get a copy, duplicate that case."
        )
        day = date(timezone.localtime(found.saved_at), "j F Y")
        raise DocumentError([("", message % {"day": day, "title": found.case.title})])


def import_one(request, name, document, team):
    try:
        with transaction.atomic():
            case = import_case(document, team, request.user)
            reject_imported(case)
    except DocumentError as error:
        return ImportResult(name, errors=tuple(error.errors))
    record_access(request, case)
    return ImportResult(name, case)
