"""Add level names, arrowheads and a figure to the demonstration's synthetic studies."""

from imaging.models import Annotation, Figure, Instance, Panel, SliceLevel


def place_marks(case, marks):
    """Name the levels in each study; add arrowheads and a figure to the first.

    `marks` is the content of marks.json.
    """
    study = case.studies.order_by("study_date").first()
    name_levels(case, marks["arrowheads"]["series"], marks["figure"]["rows"])
    place_arrowheads(case, study, marks["arrowheads"])
    compose_figure(case, study, marks["figure"])


def slice_uid(study, series, instance_number):
    return Instance.objects.get(
        series__study=study,
        series__series_description=series,
        instance_number=instance_number,
    ).sop_instance_uid


def name_levels(case, series, rows):
    """Name the levels of the figure's slices in one series of each study.

    The names also apply to the study's other series, because they have the same geometry.
    """
    for study in case.studies.order_by("study_date"):
        for row in rows:
            uid = slice_uid(study, series, row["instance_number"])
            position = case.slice_levels.count()
            values = {"sop_instance_uid": uid, "level": row["level"], "position": position}
            SliceLevel.objects.create(case=case, **values)


def place_arrowheads(case, study, arrowheads):
    for position, tip in enumerate(arrowheads["tips"]):
        mark = Annotation(
            case=case,
            sop_instance_uid=slice_uid(study, arrowheads["series"], tip["instance_number"]),
            x=tip["x"],
            y=tip["y"],
            structure=tip["structure"],
            side="left",
            position=position,
            **arrowheads[tip["structure"]],
        )
        mark.full_clean()
        mark.save()


def compose_figure(case, study, figure):
    created = Figure.objects.create(case=case, label=figure["label"], **figure["crop"])
    for row, level in enumerate(figure["rows"]):
        for column, series in enumerate(figure["columns"]):
            panel = Panel(
                figure=created,
                row=row,
                column=column,
                level=level["level"],
                column_label=series["label"],
                sop_instance_uid=slice_uid(study, series["series"], level["instance_number"]),
            )
            panel.full_clean()
            panel.save()
