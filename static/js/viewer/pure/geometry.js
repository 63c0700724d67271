// The positions of slices in the patient, in millimetres, and the lines where they intersect.

export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const plus = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const times = (a, factor) => a.map((value) => value * factor);
export const distance = (a, b) => Math.hypot(...minus(a, b));

function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function normalOf(slice) {
  if (!slice.orientation || !slice.position) return null;
  const across = cross(slice.orientation.slice(0, 3), slice.orientation.slice(3));
  const size = Math.hypot(...across);
  return size > 0.5 ? times(across, 1 / size) : null;
}

export function hasGeometry(slice) {
  return Boolean(normalOf(slice) && slice.spacing);
}

// Return the patient coordinates [x, y, z] of a pixel position; (0, 0) is the centre of the first pixel.
export function toPatient(slice, column, row) {
  const [down, across] = slice.spacing;
  return [0, 1, 2].map(
    (axis) =>
      slice.position[axis] +
      slice.orientation[axis] * across * column +
      slice.orientation[axis + 3] * down * row,
  );
}

// Return the pixel position [column, row] of a point in the plane of a slice; the inverse of toPatient.
export function toPixel(slice, point) {
  const away = minus(point, slice.position);
  const [down, across] = slice.spacing;
  return [
    dot(away, slice.orientation.slice(0, 3)) / across,
    dot(away, slice.orientation.slice(3)) / down,
  ];
}

export function middleOf(slice) {
  return toPatient(slice, (slice.columns - 1) / 2, (slice.rows - 1) / 2);
}

// Return the two ends of the line where `other` intersects `slice`, in pixels of `slice`, or null. The line
// ends at the edge of either slice, whichever comes first.
export function lineOn(slice, other) {
  if (!hasGeometry(slice) || !hasGeometry(other)) return null;
  if (Math.abs(dot(normalOf(other), normalOf(slice))) > 0.9) return null;
  const cut = crossing(slice, other);
  const own = crossing(other, slice);
  if (!cut || !own) return null;
  const [from, to] = cut;
  const along = minus(to, from);
  const share = (point) => dot(minus(point, from), along) / dot(along, along);
  const shares = own.map(share).sort((a, b) => a - b);
  const [first, last] = [Math.max(0, shares[0]), Math.min(1, shares[1])];
  if (first >= last) return null;
  return [first, last].map((part) => toPixel(slice, plus(from, times(along, part))));
}

// Return the two points where the edges of a slice intersect the plane of another, or null.
function crossing(slice, other) {
  const away = (point) => dot(normalOf(other), minus(point, other.position));
  const corners = cornersOf(slice);
  const found = [];
  corners.forEach((from, at) => {
    const to = corners[(at + 1) % 4];
    const [a, b] = [away(from), away(to)];
    if (a < 0 !== b < 0) found.push(plus(from, times(minus(to, from), a / (a - b))));
  });
  return found.length === 2 ? found : null;
}

function cornersOf(slice) {
  const [right, bottom] = [slice.columns - 0.5, slice.rows - 0.5];
  const corners = [
    [-0.5, -0.5],
    [right, -0.5],
    [right, bottom],
    [-0.5, bottom],
  ];
  return corners.map((corner) => toPatient(slice, ...corner));
}
