export function clamp(value, least, most) {
  return Math.max(least, Math.min(most, value));
}

export function roundTo(value, digits) {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
