"""Write findings and measurements as a structured report (PS3.16 TID 1500)."""

import numpy as np
from highdicom.sr import (
    CodedConcept,
    ComprehensiveSR,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    ImageRegion,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PlanarROIMeasurementsAndQualitativeEvaluations,
    QualitativeEvaluation,
    SourceImageForMeasurementGroup,
    SourceImageForRegion,
    TrackingIdentifier,
)
from pydicom.sr.codedict import codes

from imaging.dicom import presentation_state
from imaging.dicom.written_objects import MODEL, own_code, read_evidence, settle, to_bytes

SIDES = {"left": codes.SCT.Left, "right": codes.SCT.Right, "both": codes.SCT.Bilateral}
MODALITIES = {"MR": CodedConcept("MR", "DCM", "Magnetic Resonance")}


def write_report(paths, findings, measures, identity):
    """Return the bytes of a report of a study's findings and measured marks.

    `findings` and `measures` are lists of dicts with `key`, `structure` and `level` ((id, text) or
    None), `side`, `words`, and the `sop_instance_uid` and `frame` of the image that shows it. A
    finding without an image has "" and None there. A finding also has `sign` and `certainty` ((id,
    text) or None); a measure also has the fields of its mark and `measured`.
    """
    images = read_evidence(paths)
    groups = [measured_group(one, images, identity) for one in measures]
    groups += [finding_group(one, images, identity) for one in findings]
    observer = ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=identity.uid("device"), name=MODEL
        ),
    )
    first = next(iter(images.values()))
    procedure = MODALITIES.get(str(first.get("Modality")), own_code("imaging", "Imaging"))
    content = MeasurementReport(
        observation_context=ObservationContext(observer_device_context=observer),
        procedure_reported=procedure,
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    report = ComprehensiveSR(
        evidence=list(images.values()),
        content=content[0],
        is_complete=True,
        is_final=False,
        is_verified=False,
        **identity.arguments(),
    )
    return to_bytes(settle(report, identity))


def tracking(one, identity):
    return TrackingIdentifier(uid=identity.uid(one["key"]), identifier=one["words"][:64])


def sites(one):
    """Return the finding sites (structure with side, and level), or None if there are none."""
    found = []
    if one["structure"]:
        found.append(FindingSite(own_code(*one["structure"]), laterality=SIDES.get(one["side"])))
    if one["level"]:
        found.append(FindingSite(own_code(*one["level"])))
    return found or None


def measured_group(one, images, identity):
    """Return the measurement group of a line (its length) or an ellipse (its area and mean)."""
    image = images[one["sop_instance_uid"]]
    frames = [one["frame"]] if image.get("NumberOfFrames") else None
    form, points, _filled = presentation_state.MEASURED[one["kind"]](one)[0]
    region = ImageRegion(
        graphic_type=form,
        graphic_data=np.array(points, dtype=float) + 0.5,
        source_image=SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID, frames),
    )
    return PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking(one, identity),
        referenced_region=region,
        finding_type=own_code(*one["structure"]) if one["structure"] else None,
        finding_sites=sites(one),
        measurements=measurements(one["measured"]),
    )


def measurements(measured):
    """Return the known measurements with the standard's concepts and units."""
    known = (
        ("length_mm", codes.SCT.Length, codes.UCUM.Millimeter, None),
        ("area_mm2", codes.SCT.Area, codes.UCUM.SquareMillimeter, None),
        ("mean", codes.DCM.MRSignalIntensity, codes.UCUM.NoUnits, codes.SCT.Mean),
    )
    return [
        Measurement(name=name, value=float(measured[key]), unit=unit, derivation=derivation)
        for key, name, unit, derivation in known
        if measured.get(key) is not None
    ]


def finding_group(one, images, identity):
    """Return the measurement group of a finding, with its kind and certainty if stated."""
    stated = [
        QualitativeEvaluation(own_code(name, meaning), own_code(*one[name]))
        for name, meaning in (("sign", "Kind of finding"), ("certainty", "Certainty"))
        if one[name]
    ]
    image = images.get(one["sop_instance_uid"])
    source = None
    if image is not None:
        frames = [one["frame"] or 1] if image.get("NumberOfFrames") else None
        source = [SourceImageForMeasurementGroup(image.SOPClassUID, image.SOPInstanceUID, frames)]
    return MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking(one, identity),
        finding_type=own_code(*one["sign"]) if one["sign"] else own_code("finding", "Finding"),
        finding_sites=sites(one),
        qualitative_evaluations=stated or None,
        source_images=source,
    )
