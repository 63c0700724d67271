"""De-identification removes patient data from the stored bytes and keeps the image usable."""

import datetime
import io

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from imaging.dicom import vocabulary
from imaging.dicom.deidentify import (
    METHOD,
    Profile,
    Way,
    cleaner,
    days_shifted,
    deidentify,
    map_uid,
)
from imaging.dicom.examine import examine
from imaging.dicom.header import read_value
from imaging.dicom.limits import LIMITS
from imaging.dicom.reading import parse
from tests.imaging.dciodvfy import errors_of, needs_dciodvfy
from tests.imaging.dicom_files import (
    KEY,
    SHARED,
    SUBJECT,
    compressed,
    image,
    needs_shared,
    to_bytes,
)

MARKER = "ZQXMARKER"
TEXT_ELEMENTS = """
    AccessionNumber InstitutionName InstitutionAddress ReferringPhysicianName StationName
    StudyDescription SeriesDescription InstitutionalDepartmentName PerformingPhysicianName
    OperatorsName AdmittingDiagnosesDescription ManufacturerModelName DerivationDescription
    PatientComments OtherPatientIDs OtherPatientNames PatientBirthName PatientMotherBirthName
    PatientAddress MedicalRecordLocator EthnicGroup Occupation AdditionalPatientHistory
    PatientTelephoneNumbers ProtocolName DeviceSerialNumber SoftwareVersions ContrastBolusAgent
    SequenceName BodyPartExamined ScanOptions StudyID ImageComments FrameComments
    RequestingPhysician RequestedProcedureDescription
    PerformedProcedureStepDescription CommentsOnThePerformedProcedureStep TextString
    WindowCenterWidthExplanation RescaleType PositionReferenceIndicator Manufacturer Modality
    ImageType ScanningSequence PatientPosition Laterality CountryOfResidence
    InsurancePlanIdentification UnformattedTextValue IssuerOfPatientID
    ContrastBolusRoute ViewPosition StudyStatusID ReasonForStudy TransmitCoilName ReceiveCoilName
""".split()


def planted(depth=0):
    """Return a dataset with the marker in text and private elements, nested to `depth` levels."""
    dataset = Dataset()
    for keyword in TEXT_ELEMENTS:
        setattr(dataset, keyword, MARKER)
    block = dataset.private_block(0x0029, f"{MARKER} CO", create=True)
    block.add_new(0x10, "LO", MARKER)
    block.add_new(0x11, "UN", MARKER.encode())
    block.add_new(0x12, "OB", MARKER.encode())
    if depth:
        for keyword in (
            "ReferencedImageSequence",
            "SharedFunctionalGroupsSequence",
            "PixelMeasuresSequence",
            "VOILUTSequence",
        ):
            setattr(dataset, keyword, Sequence([planted(depth - 1)]))
    return dataset


def hostile(**changes):
    """Return an image with markers in text, sequences, curves, overlays and trailing bytes."""
    dataset = image(**changes)
    dataset.update(planted(depth=3))
    deep = inner = planted()
    for _ in range(6):
        outer = planted()
        outer.RequestAttributesSequence = Sequence([inner])
        outer.PerFrameFunctionalGroupsSequence = Sequence([planted()])
        inner = outer
    dataset.RequestAttributesSequence = Sequence([inner, deep])
    dataset.PatientName, dataset.PatientID = f"{MARKER}^Jane", MARKER
    dataset.PatientBirthDate = "19610203"
    dataset.add_new(0x50003000, "OW", MARKER.encode() + b"!")
    dataset.add_new(0x60003000, "OW", MARKER.encode() + b"!")
    dataset.add_new(0x60000022, "LO", MARKER)
    dataset.add_new(0x60001500, "LO", MARKER)
    dataset.add_new(0xFFFCFFFC, "OB", MARKER.encode() + b"!")
    dataset["PixelData"].value += MARKER.encode() + b"!"
    return dataset


def store(tmp_path, data, key=KEY, name="in"):
    """De-identify and store a file; return (header, stored bytes)."""
    source, target = tmp_path / name, tmp_path / f"{name}.out"
    source.write_bytes(data)
    header, _names = examine(str(source), str(target), key, SUBJECT)
    return header, target.read_bytes()


def test_planted_identifiers_are_removed_at_every_depth(tmp_path):
    data = to_bytes(hostile())
    assert data.count(MARKER.encode()) > 150
    header, stored = store(tmp_path, data)
    assert MARKER.encode() not in stored
    assert MARKER not in str({k: v for k, v in header.items() if not k.endswith("sha256")})
    for trace in (b"19610203", b"20240311", b"1.2.3.4", b"4711", b"Doe"):
        assert trace not in stored


def test_the_preamble_is_zeroed(tmp_path):
    data = b"MZ" + MARKER.encode().ljust(126, b"x") + to_bytes(image())[128:]
    assert store(tmp_path, data)[1][:132] == bytes(128) + b"DICM"


def test_unused_bits_and_trailing_bytes_are_cleared(tmp_path):
    pixels = np.full((3, 3), 0xF123, np.uint16)
    header, stored = store(tmp_path, to_bytes(image(pixels)))
    kept = np.frombuffer(stored[header["pixel_offset"] :], "<u2")
    assert set(kept.tolist()) == {0x0123}


@pytest.mark.parametrize("form", ["JPEG", "JPEG2000"])
def test_comments_in_compressed_frames_are_removed(tmp_path, form):
    buffer = io.BytesIO()
    more = {"comment": MARKER} if form == "JPEG" else {"comment": MARKER, "no_jp2": True}
    Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8)).save(buffer, form, **more)
    syntax = "1.2.840.10008.1.2.4.50" if form == "JPEG" else "1.2.840.10008.1.2.4.90"
    assert MARKER.encode() in buffer.getvalue()
    frame = buffer.getvalue() + MARKER.encode()
    data = compressed(frame, 8, 8, syntax, BitsAllocated=8, BitsStored=8, HighBit=7)
    assert MARKER.encode() not in store(tmp_path, data)[1]


def test_the_file_documents_its_deidentification(tmp_path):
    _, stored = store(tmp_path, to_bytes(image()))
    dataset = pydicom.dcmread(io.BytesIO(stored))
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.DeidentificationMethod == METHOD
    codes = [item.CodeValue for item in dataset.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113105", "113107"]
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert (dataset.PatientName, dataset.PatientID) == (SUBJECT, SUBJECT)
    assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID


def test_the_interval_between_two_studies_is_kept(tmp_path):
    days = []
    for number, day in enumerate(("20240229", "20240611")):
        header, _ = store(tmp_path, to_bytes(image(StudyDate=day)), name=f"study{number}")
        days.append(datetime.date.fromisoformat(header["study_date"]))
    assert days[1] - days[0] == datetime.date(2024, 6, 11) - datetime.date(2024, 2, 29)
    assert days[0] < datetime.date(2024, 2, 29)


@pytest.mark.parametrize("retain_dates", [False, True])
def test_the_birth_date_is_never_kept(retain_dates):
    profile = Profile(retain_dates=retain_dates)
    clean = deidentify(image(PatientBirthDate="19610203"), KEY, SUBJECT, profile)
    assert not clean.get("PatientBirthDate")


def test_of_a_multi_valued_text_only_imaging_words_are_kept():
    clean = deidentify(image(ImageType=["ORIGINAL", "Doe^Jane", "PRIMARY"]), KEY, SUBJECT)
    assert list(clean.ImageType) == ["ORIGINAL", "PRIMARY"]


def test_a_date_and_time_is_shifted_and_keeps_its_time():
    clean = deidentify(image(AcquisitionDateTime="20240311093300.5+0100"), KEY, SUBJECT)
    shifted = datetime.date(2024, 3, 11) - datetime.timedelta(days_shifted(KEY))
    assert clean.AcquisitionDateTime == f"{shifted:%Y%m%d}093300.5+0100"


def test_uids_depend_on_the_key():
    one, same, other = (deidentify(image(), key, SUBJECT) for key in (KEY, KEY, b"another key"))
    assert one.SeriesInstanceUID == same.SeriesInstanceUID
    assert one.SeriesInstanceUID != other.SeriesInstanceUID
    assert len(one.SeriesInstanceUID) <= 64 and one.SeriesInstanceUID.startswith("2.25.")


def test_registered_uids_are_kept_but_not_others_under_their_root():
    assert map_uid("1.2.840.10008.5.1.4.1.1.4", KEY) == "1.2.840.10008.5.1.4.1.1.4"
    assert map_uid("1.2.840.10008.99.4711", KEY).startswith("2.25.")


def test_the_same_bytes_and_key_give_the_same_file(tmp_path):
    data = to_bytes(hostile())
    assert store(tmp_path, data) == store(tmp_path, data, name="again")


def test_the_original_dataset_is_not_changed():
    dataset = image()
    before = to_bytes(dataset)
    deidentify(dataset, KEY, SUBJECT)
    assert to_bytes(dataset) == before


def test_subject_digest_distinguishes_patients_without_naming_them(tmp_path):
    digests = [
        store(tmp_path, to_bytes(image(PatientID=number)), key)[0]["subject_digest"]
        for number, key in (("1", KEY), ("1", KEY), ("2", KEY), ("1", b"other"))
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    nobody = image(PatientName=None, PatientID=None)
    assert store(tmp_path, to_bytes(nobody))[0]["subject_digest"] is None


@pytest.mark.parametrize(
    "text",
    [
        "T2 TSE AX",
        "T1 TSE AX +GD FS",
        "MRI LUMBAR SPINE W/WO CONTRAST (SYNTHETIC)",
        "*tse2d1_15",
        "t2_tirm_cor_3mm",
        "pd+t2_tse_sag_ISO_1.8mm",
        "Gadobutrol (simulated)",
        "GE Medical Systems",
    ],
)
def test_descriptions_of_imaging_words_are_kept(text):
    assert vocabulary.harmless(text)


@pytest.mark.parametrize(
    "text",
    [
        "T2 Mrs Smith",
        "Dr. Müller t2",
        "DOB 03.02.1961",
        "03-02-61",
        "MR 1234567",
        "12 345 678",
        "t2\nsag",
        "anna",
        "L3-4 Schmidt",
        "ax " * 40,
    ],
)
def test_descriptions_with_other_words_are_removed(text):
    assert not vocabulary.harmless(text)


@needs_shared
def test_names_in_a_real_file_are_removed_and_the_sequence_is_kept(tmp_path):
    data = (SHARED / "mr-pd-t2-dual-echo/0001.dcm").read_bytes()
    header, stored = store(tmp_path, data)
    for trace in (b"Specht", b"Lena", b"Miskowiak", b"ALTIBRAIN", b"166141", b"20230314", b"CSA"):
        assert trace in data and trace not in stored
    assert header["series_description"] == "pd+t2_tse_sag_ISO_1.8mm"
    assert (header["echo_time"], header["slice_thickness"]) == (11.0, 1.7999999523163)


def test_empty_elements_stay_empty():
    dataset = image(ScanOptions="", EchoTrainLength="", Laterality="", KVP="")
    dataset.PositionReferenceIndicator = "Dr. Lena"
    clean = deidentify(dataset, KEY, SUBJECT)
    for keyword in ("ScanOptions", "EchoTrainLength", "Laterality", "KVP"):
        assert keyword in clean and clean[keyword].is_empty
    assert clean["PositionReferenceIndicator"].is_empty
    assert "ViewPosition" not in clean


@pytest.mark.parametrize(
    ("written", "kept"),
    [(["L", "PH"], ["L", "PH"]), (["L", "Lena"], None), (["L"], None), (["AF", "R"], ["AF", "R"])],
)
def test_patient_orientation_is_kept_only_if_both_directions_are_valid(written, kept):
    clean = deidentify(image(PatientOrientation=written), KEY, SUBJECT)
    assert clean.PatientOrientation == kept or (kept is None and not clean.PatientOrientation)


@needs_shared
@needs_dciodvfy
@pytest.mark.parametrize(
    "name",
    [
        "mr-lumbar-phantom/baseline/t2/IM0009.dcm",
        "mr-pd-t2-dual-echo/0001.dcm",
        "syntaxes/MR_small.dcm",
        "syntaxes/emri_small.dcm",
    ],
)
def test_a_stored_file_has_no_error_that_its_source_lacks(tmp_path, name):
    """The equipment module is removed on purpose, although enhanced images require it."""
    _header, stored = store(tmp_path, (SHARED / name).read_bytes())
    (tmp_path / "stored.dcm").write_bytes(stored)
    added = set(errors_of(tmp_path / "stored.dcm")) - set(errors_of(SHARED / name))
    assert not [error for error in added if "Module=<EnhancedGeneralEquipment>" not in error]


def test_changing_one_clean_file_does_not_change_another():
    one = deidentify(image(), KEY, SUBJECT)
    for keyword in ("PatientSex", "DeidentificationMethod", "PatientID"):
        with pytest.raises(AttributeError, match="share"):
            setattr(one, keyword, "F")
        one[keyword] = DataElement(tag_for_keyword(keyword), "LO", MARKER)
    other = deidentify(image(), KEY, SUBJECT)
    assert (other.PatientSex, other.DeidentificationMethod) == (None, METHOD)
    assert other.PatientID == SUBJECT


def read_again(syntax, **changes):
    """Encode an image as a DICOM file; return the dataset parsed from it, with raw elements."""
    return parse(to_bytes(image(**changes), syntax), LIMITS)[0]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
def test_cleaning_a_file_does_not_depend_on_earlier_files(syntax):
    """The cache key includes an element's bytes, the patient's key and the profile."""
    first = deidentify(read_again(syntax, InstanceNumber=3), KEY, SUBJECT)
    second = deidentify(read_again(syntax, InstanceNumber=4), KEY, SUBJECT)
    shifted = deidentify(read_again(syntax), b"another key" * 3, SUBJECT)
    dated = deidentify(read_again(syntax), KEY, SUBJECT, Profile(retain_dates=True))
    assert [first.InstanceNumber, second.InstanceNumber] == [3, 4]
    assert first.StudyDate == second.StudyDate and dated.StudyDate == "20240311"
    assert len({first.StudyDate, shifted.StudyDate, dated.StudyDate}) == 3
    assert first.SOPInstanceUID == second.SOPInstanceUID != shifted.SOPInstanceUID


def test_the_cache_of_a_patient_is_cleared_for_the_next():
    deidentify(read_again(ExplicitVRLittleEndian), KEY, SUBJECT)
    first = cleaner(Way(KEY))
    assert first.cache_info().currsize
    deidentify(read_again(ExplicitVRLittleEndian), b"another key" * 3, SUBJECT)
    assert cleaner(Way(KEY)) is not first and not cleaner(Way(KEY)).cache_info().currsize


def test_cached_bytes_are_decoded_with_each_files_character_set():
    """The byte of é in Latin-1 is щ in ISO-IR 144, so the cached text must not be reused."""
    told = {"ContrastBolusAgent": "Gd\u00e9"}
    latin = to_bytes(image(SpecificCharacterSet="ISO_IR 100", **told))
    cyrillic = latin.replace(b"ISO_IR 100", b"ISO_IR 144")
    read = [read_value(parse(data, LIMITS)[0], "ContrastBolusAgent") for data in (latin, cyrillic)]
    assert read == ["Gd\u00e9", "Gd\u0449"]


def test_an_identifier_of_another_kind_is_not_kept(tmp_path):
    whole = b"\x20\x00\x52\x00UI\x0a\x001.2.3.4.4\0"
    data = to_bytes(image())
    assert data.count(whole) == 1
    broken = data.replace(whole, whole.replace(b"UI", b"IS"))
    path = tmp_path / "broken"
    path.write_bytes(broken)
    profile = Profile(retain_uids=True)
    header, _names = examine(path, tmp_path / "out", KEY, SUBJECT, profile=profile)
    assert header["frame_of_reference_uid"] is None
