"""Cases with small stored images, for tests of pages and the API."""

import tempfile
from pathlib import Path

from imaging.intake.importing import import_paths
from imaging.models import Annotation, Figure, Panel
from tests.factories import make_case
from tests.imaging.dicom_files import image, ramp, to_bytes


def case_with_images(count=3, **options):
    """Return a case with one axial series of small images with different pixels."""
    case = make_case(**options)
    add_series(case, count)
    return case


def add_series(case, count=3, number=1, **changes):
    """Import an axial series of small images into a case; return the series."""
    with tempfile.TemporaryDirectory() as folder:
        for index in range(count):
            dataset = image(
                ramp() + index,
                SOPInstanceUID=f"1.2.3.{number}.1.{index + 1}",
                SeriesInstanceUID=f"1.2.3.{number}.2",
                InstanceNumber=index + 1,
                SeriesNumber=number,
                ImagePositionPatient=[0, 0, -5.0 * index],
                **changes,
            )
            (Path(folder) / f"{index}.dcm").write_bytes(to_bytes(dataset))
        job = import_paths(case, case.author, [folder])
    assert job.state == "done", job.error
    return case.series.order_by("-pk").first()


def add_mark(case, index=0, **changes):
    """Store a mark on one of the case's images, and return it."""
    images = case.instances.order_by("position")
    values = {"structure": "root_l5", "side": "left", "x": 4, "y": 5} | changes
    return Annotation.objects.create(
        case=case, sop_instance_uid=images[index].sop_instance_uid, **values
    )


def add_figure(case, levels=("l3_4", "l4_5"), columns=("T2-weighted",)):
    figure = Figure.objects.create(case=case, label="Figure 1")
    images = list(case.instances.order_by("position"))
    for row, level in enumerate(levels):
        for column, label in enumerate(columns):
            Panel.objects.create(
                figure=figure,
                row=row,
                column=column,
                level=level,
                column_label=label,
                sop_instance_uid=images[row].sop_instance_uid,
            )
    return figure
