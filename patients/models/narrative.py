"""Narrative text, references, and discrepancies in the source."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from patients.models.case import CaseRow


class Chapter(models.TextChoices):
    PRESENTATION = "presentation", _("presentation")
    EXAMINATION = "examination", _("examination")
    INVESTIGATION = "investigation", _("investigations")
    COURSE = "course", _("course")
    DISCUSSION = "discussion", _("discussion")
    PERSPECTIVE = "patient_perspective", _("patient's perspective")
    CONSENT = "consent", _("consent")


class Narrative(CaseRow):
    """One chapter of narrative text."""

    DOCUMENT_KEY = "narrative"
    SECTION = "narrative"
    TITLE = _("narrative")
    COLUMNS = ("chapter", "text")
    HELP = _("The narrative of the case, one chapter per row.")
    IDENTITY = ("chapter",)
    FINDING = ()
    MAY_REPEAT = True
    REPORT_CHAPTER = ""  # each row is its own chapter

    chapter = models.CharField(_("chapter"), max_length=20, choices=Chapter)
    text = models.TextField(_("text"))

    class Meta(CaseRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "chapter"], name="narrative_one_per_chapter")
        ]

    def __str__(self):
        return self.chapter


class Reference(CaseRow):
    """A publication that the case cites or is taken from."""

    DOCUMENT_KEY = "references"
    SECTION = "narrative"
    TITLE = _("references")
    COLUMNS = ("label", "text", "doi", "pmid")
    HELP = _("Publications that the case cites or is taken from.")
    IDENTITY = ("label", "text")
    FINDING = ()
    REPORT_CHAPTER = ""  # listed below the chapters

    label = models.CharField(_("number or label"), max_length=20, blank=True)
    text = models.TextField(_("reference"))
    doi = models.CharField(_("DOI"), max_length=200, blank=True)
    pmid = models.CharField(_("PubMed ID"), max_length=20, blank=True)

    def __str__(self):
        return self.text


class Discrepancy(CaseRow):
    """A contradiction or ambiguity in the source, recorded instead of silently corrected.

    `settles` is the key of a check that an author accepted; `reading` is then the author's reason.
    """

    DOCUMENT_KEY = "discrepancies"
    SECTION = "narrative"
    TITLE = _("discrepancies")
    COLUMNS = ("subject", "statement", "other_statement", "reading")
    HELP = _("Contradictions and ambiguities in the source.")
    IDENTITY = ("subject",)
    FINDING = ()
    MAY_REPEAT = True
    REPORT_CHAPTER = ""  # listed below the chapters

    subject = models.CharField(_("about"), max_length=200)
    statement = models.TextField(_("statement"))
    other_statement = models.TextField(_("conflicting statement"), blank=True)
    reading = models.TextField(_("recorded as"), blank=True)
    settles = models.SlugField(_("accepted check"), max_length=80, blank=True, db_index=False)

    class Meta(CaseRow.Meta):
        verbose_name_plural = _("discrepancies")

    def __str__(self):
        return self.subject
