"""Write and read marks as Softcopy Presentation States (PS3.3 A.33.1, A.33.2, C.10.5).

Graphic coordinates are in pixels: the outer corner of the first pixel is 0\\0 and its centre
0.5\\0.5. Marks are stored with the centre of the first pixel as the origin.
"""

import math
import struct

import numpy as np
from highdicom.color import CIELabColor
from highdicom.content import ReferencedImageSequence
from highdicom.pr import (
    ColorSoftcopyPresentationState,
    GraphicAnnotation,
    GraphicLayer,
    GraphicObject,
    GrayscaleSoftcopyPresentationState,
    SoftcopyVOILUTTransformation,
    TextObject,
)
from PIL.ImageCms import ImageCmsProfile, createProfile
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from imaging.dicom.deidentify import map_uid
from imaging.dicom.header import UNREADABLE
from imaging.dicom.reading import parse
from imaging.dicom.refusal import Refused
from imaging.dicom.written_objects import MODEL, VERSION, read_evidence, settle, to_bytes

SOP_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.11.1": "grey",
    "1.2.840.10008.5.1.4.1.1.11.2": "colour",
}
RGB = {"red": (230, 25, 35), "blue": (70, 150, 255), "yellow": (255, 210, 0), "white": (255,) * 3}
GREY = ("MONOCHROME1", "MONOCHROME2")
LEFT_OUT = "Skipped %(count)s graphics of an unsupported type (%(form)s)."
MAX_GRAPHICS = 2_000


# Writing


def write_presentation_state(paths, marks, windows, identity):
    """Return the bytes of a presentation state with marks of one study.

    `paths` are the files of the marked images, all greyscale or all colour; `marks` are dicts with
    the fields of an annotation, `words` (its text) and `size` (length of an arrowhead in pixels);
    `windows` is {series UID: (centre, width)}, ignored for colour images.
    """
    images = read_evidence(paths)
    layers = {colour: layer_of(colour, order) for order, colour in enumerate(colours(marks), 1)}
    in_colour = any(image.PhotometricInterpretation not in GREY for image in images.values())
    make = ColorSoftcopyPresentationState if in_colour else GrayscaleSoftcopyPresentationState
    shown = (
        {"icc_profile": standard_rgb()}
        if in_colour
        else {"voi_lut_transformations": transformations(images, windows) or None}
    )
    state = make(
        referenced_images=list(images.values()),
        manufacturer_model_name=MODEL,
        software_versions=VERSION,
        device_serial_number="1",
        content_label="ANNOTATIONS",
        content_description="Annotations of a case record",
        graphic_annotations=[annotation(mark, images, layers) for mark in marks],
        graphic_layers=list(layers.values()),
        **shown,
        **identity.arguments(),
    )
    state.DisplayedAreaSelectionSequence = displayed_areas(images)
    state.Laterality = None  # only for paired body parts; may be empty (C.7.3.1)
    return to_bytes(settle(state, identity))


def standard_rgb():
    """Return an sRGB input profile (PS3.3 C.11.15), with a fixed date for reproducible output.

    ICC.1 7.2: bytes 12 to 15 are the device class, bytes 24 to 35 the creation date.
    """
    profile = bytearray(ImageCmsProfile(createProfile("sRGB")).tobytes())
    profile[12:16] = b"scnr"
    profile[24:36] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    return bytes(profile)


def colours(marks):
    return [colour for colour in RGB if any(mark["colour"] == colour for mark in marks)]


def layer_of(colour, order):
    return GraphicLayer(
        layer_name=colour.upper(), order=order, display_color=CIELabColor.from_rgb(*RGB[colour])
    )


def transformations(images, windows):
    """Return one VOI LUT transformation for each series that has a window."""
    found = []
    for uid, (center, width) in windows.items():
        mine = [image for image in images.values() if image.SeriesInstanceUID == uid]
        if mine:
            found.append(
                SoftcopyVOILUTTransformation(
                    window_center=center,
                    window_width=width,
                    referenced_images=ReferencedImageSequence(mine),
                )
            )
    return found


def displayed_areas(images):
    """Return a displayed area for each image size and pixel spacing (PS3.3 C.10.4)."""
    sizes = {}
    for image in images.values():
        spacing = tuple(float(value) for value in image.get("PixelSpacing") or ())
        sizes.setdefault((image.Columns, image.Rows, spacing), []).append(image)
    return Sequence(area(*size, mine, len(sizes) > 1) for size, mine in sizes.items())


def area(columns, rows, spacing, images, several):
    item = Dataset()
    item.DisplayedAreaTopLeftHandCorner = [1, 1]
    item.DisplayedAreaBottomRightHandCorner = [columns, rows]
    item.PresentationSizeMode = "SCALE TO FIT"
    if spacing:
        item.PresentationPixelSpacing = [f"{value:g}" for value in spacing]
    else:
        item.PresentationPixelAspectRatio = [1, 1]
    if several:
        item.ReferencedImageSequence = ReferencedImageSequence(images)
    return item


def annotation(mark, images, layers):
    """Return the graphic annotation of one mark: its graphics, and its text anchored at (x, y)."""
    image = images[mark["sop_instance_uid"]]
    frames = int(image.get("NumberOfFrames") or 1)
    where = (mark["x"] + 0.5, mark["y"] + 0.5)
    words = TextObject(
        text_value=mark["words"][:1024],
        units="PIXEL",
        anchor_point=where,
        anchor_point_visible=mark["kind"] != "text",
    )
    return GraphicAnnotation(
        referenced_images=[image],
        graphic_layer=layers[mark["colour"]],
        referenced_frame_number=mark["frame"] if frames > 1 else None,
        graphic_objects=graphics(mark) or None,
        text_objects=[words],
    )


def graphics(mark):
    """Return the graphic objects of a mark; [] for a text mark."""
    draw = {
        "arrowhead": arrowhead,
        "arrow": arrow,
        "line": line,
        "ellipse": ellipse,
        "point": point,
        "text": lambda mark: [],
    }[mark["kind"]]
    return [
        GraphicObject(
            graphic_type=form,
            graphic_data=np.array(points, dtype=float) + 0.5,
            units="PIXEL",
            is_filled=filled,
        )
        for form, points, filled in draw(mark)
    ]


def arrowhead(mark):
    return [("POLYLINE", triangle(mark, mark["angle_degrees"]), mark["shape"] == "filled")]


def arrow(mark):
    """Return the shaft of an arrow, and its head at (x, y), which points away from (x2, y2)."""
    angle = math.degrees(math.atan2(mark["y"] - mark["y2"], mark["x"] - mark["x2"]))
    return [*line(mark), ("POLYLINE", triangle(mark, angle), mark["shape"] == "filled")]


def triangle(mark, degrees):
    """Return the closed outline of an arrowhead; the tip is the first and last point."""
    angle, length = math.radians(degrees), mark["size"]
    back = (mark["x"] - length * math.cos(angle), mark["y"] - length * math.sin(angle))
    aside = (-0.36 * length * math.sin(angle), 0.36 * length * math.cos(angle))
    tip = (mark["x"], mark["y"])
    return [
        tip,
        (back[0] + aside[0], back[1] + aside[1]),
        (back[0] - aside[0], back[1] - aside[1]),
        tip,
    ]


def line(mark):
    return [("POLYLINE", [(mark["x"], mark["y"]), (mark["x2"], mark["y2"])], False)]


def ellipse(mark):
    """Return an ellipse as the ends of its major axis, then its minor axis (PS3.3 C.10.5.1.2)."""
    left, right = sorted((mark["x"], mark["x2"]))
    top, bottom = sorted((mark["y"], mark["y2"]))
    across, down = (left + right) / 2, (top + bottom) / 2
    level = [(left, down), (right, down)]
    upright = [(across, top), (across, bottom)]
    axes = level + upright if right - left >= bottom - top else upright + level
    return [("ELLIPSE", axes, mark["shape"] == "filled")]


def point(mark):
    return [("POINT", [(mark["x"], mark["y"])], False)]


MEASURED = {"line": line, "ellipse": ellipse}


# Reading


def read_presentation_state(path, key, limits):
    """Return {"marks": [...], "notes": [...], "sop_instance_uid": ...} of an uploaded file.

    The `uids` of a mark are its image's UID in the file and the same UID mapped with `key`. A mark
    has kind, frame, x, y, colour, shape and label and, depending on its kind, x2 and y2, or
    angle_degrees. `notes` lists (template, values) of each note on skipped items. Raises Refused.
    """
    with open(path, "rb") as file:
        dataset, cut = parse(file.read(limits.file_bytes + 1), limits, known=lambda kind: None)
    if cut or str(dataset.get("SOPClassUID")) not in SOP_CLASSES:
        raise Refused("This is not a complete greyscale or colour presentation state.")
    marks, left = [], {}
    layers = layer_colours(dataset)
    for item in listed(dataset, "GraphicAnnotationSequence"):
        marks += read_item(item, layers, key, left)
        if len(marks) > MAX_GRAPHICS:
            raise Refused("The file has more than %(n)s marks.", values={"n": MAX_GRAPHICS})
    if not marks and not left:
        raise Refused("The presentation state has no annotations.")
    notes = [(LEFT_OUT, {"count": count, "form": form}) for form, count in sorted(left.items())]
    return {"marks": marks, "notes": notes, "sop_instance_uid": str(dataset.SOPInstanceUID)}


def listed(dataset, keyword):
    try:
        return list(dataset.get(keyword) or [])
    except UNREADABLE:
        return []


def layer_colours(dataset):
    """Return {layer: name of the nearest colour in `RGB`}, from the recommended CIELab values."""
    found = {}
    for layer in listed(dataset, "GraphicLayerSequence"):
        value = layer.get("GraphicLayerRecommendedDisplayCIELabValue")
        if value is not None and len(value) == 3:
            rgb = CIELabColor.from_dicom_value(tuple(int(one) for one in value)).to_rgb()
            found[str(layer.get("GraphicLayer"))] = min(
                RGB, key=lambda name: math.dist(RGB[name], rgb)
            )
    return found


def read_item(item, layers, key, left):
    """Return the marks of one graphic annotation, for each image and frame that it references."""
    colour = layers.get(str(item.get("GraphicLayer")), "yellow")
    found = [read_graphic(one, left) for one in listed(item, "GraphicObjectSequence")]
    texts = [read_text(one, left) for one in listed(item, "TextObjectSequence")]
    for form in (
        str(one.get("CompoundGraphicType")) for one in listed(item, "CompoundGraphicSequence")
    ):
        left[form] = left.get(form, 0) + 1
    marks = joined([one for one in found if one], [one for one in texts if one])
    return [
        mark | {"uids": uids, "frame": frame, "colour": colour}
        for uids, frame in places(item, key)
        for mark in marks
    ]


def places(item, key):
    """Return ((UID in the file, mapped UID), frame) of each frame that an item references."""
    found = []
    for image in listed(item, "ReferencedImageSequence"):
        uid = str(image.get("ReferencedSOPInstanceUID", ""))
        frames = image.get("ReferencedFrameNumber")
        numbers = [frames] if isinstance(frames, int) else list(frames or [1])
        found += [((uid, map_uid(uid, key)), int(number)) for number in numbers if uid.isascii()]
    return found


def read_graphic(item, left):
    """Return a graphic as a mark, or count it in `left` and return None if it is not supported."""
    form = str(item.get("GraphicType"))
    filled = str(item.get("GraphicFilled", "N")) == "Y"
    if str(item.get("GraphicAnnotationUnits")) != "PIXEL":
        left["drawn on the display"] = left.get("drawn on the display", 0) + 1
        return None
    data = [float(value) - 0.5 for value in item.get("GraphicData") or []]
    points = list(zip(data[::2], data[1::2], strict=False))
    read = {"POINT": point_of, "POLYLINE": polyline_of, "CIRCLE": circle_of, "ELLIPSE": ellipse_of}
    mark = read[form](points) if form in read and all(map(math.isfinite, data)) else None
    if mark is None:
        left[form] = left.get(form, 0) + 1
        return None
    return mark | {"shape": "filled" if filled else "hollow", "label": ""}


def point_of(points):
    return {"kind": "point", "x": points[0][0], "y": points[0][1]} if points else None


def polyline_of(points):
    """Return a line for two points, an arrowhead for a closed triangle, otherwise None."""
    if len(points) == 2:
        (x, y), (x2, y2) = points
        return {"kind": "line", "x": x, "y": y, "x2": x2, "y2": y2}
    if len(points) != 4 or math.dist(points[0], points[3]) > 0.01:
        return None
    tip, a, b = sharpest(points[:3])
    middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    angle = math.degrees(math.atan2(tip[1] - middle[1], tip[0] - middle[0]))
    return {"kind": "arrowhead", "x": tip[0], "y": tip[1], "angle_degrees": round(angle, 1)}


def sharpest(corners):
    """Return the corners of a triangle, starting with the one opposite its shortest side."""
    at = min(range(3), key=lambda i: math.dist(corners[(i + 1) % 3], corners[(i + 2) % 3]))
    return corners[at], corners[(at + 1) % 3], corners[(at + 2) % 3]


def circle_of(points):
    if len(points) != 2:
        return None
    (x, y), edge = points
    radius = math.dist(points[0], edge)
    return box(x - radius, y - radius, x + radius, y + radius)


def ellipse_of(points):
    """Return an ellipse, or None if its axes are not parallel to the rows and columns."""
    if len(points) != 4:
        return None
    (a, b), (c, d) = points[:2], points[2:]
    if abs(a[1] - b[1]) > 0.5 or abs(c[0] - d[0]) > 0.5:
        (a, b), (c, d) = (c, d), (a, b)
    if abs(a[1] - b[1]) > 0.5 or abs(c[0] - d[0]) > 0.5:
        return None
    return box(min(a[0], b[0]), min(c[1], d[1]), max(a[0], b[0]), max(c[1], d[1]))


def box(left, top, right, bottom):
    return {"kind": "ellipse", "x": left, "y": top, "x2": right, "y2": bottom}


def read_text(item, left):
    """Return a text object in pixel units as a mark, or count it in `left` and return None."""
    words = str(item.get("UnformattedTextValue", "")).strip()[:200]
    for place, units in (
        ("AnchorPoint", "AnchorPointAnnotationUnits"),
        ("BoundingBoxTopLeftHandCorner", "BoundingBoxAnnotationUnits"),
    ):
        at = item.get(place)
        if words and at is not None and str(item.get(units)) == "PIXEL":
            x, y = (float(value) - 0.5 for value in at)
            return {"kind": "text", "x": x, "y": y, "label": words, "shape": "filled"}
    left["text"] = left.get("text", 0) + 1
    return None


def joined(graphics, texts):
    """Return the marks of an item; a single graphic and a single text object become one mark.

    An arrowhead and a line with an end at its tip become an arrow if there are no other graphics.
    """
    graphics = with_arrows(graphics)
    if len(graphics) == 1 and len(texts) == 1:
        return [graphics[0] | {"label": texts[0]["label"]}]
    return graphics + texts


def with_arrows(graphics):
    heads = [one for one in graphics if one["kind"] == "arrowhead"]
    shafts = [one for one in graphics if one["kind"] == "line"]
    if len(graphics) == 2 and heads and shafts:
        head, shaft = heads[0], shafts[0]
        ends = ((shaft["x"], shaft["y"]), (shaft["x2"], shaft["y2"]))
        tip = (head["x"], head["y"])
        tail = max(ends, key=lambda end: math.dist(end, tip))
        if min(math.dist(end, tip) for end in ends) < 0.5:
            joint = {"kind": "arrow", "x": tip[0], "y": tip[1], "x2": tail[0], "y2": tail[1]}
            return [joint | {"shape": head["shape"], "label": ""}]
    return graphics
