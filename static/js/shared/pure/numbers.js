export function clamp(value, min, max) {
  return Math.max(min, Math.min(max, value));
}

export function roundTo(value, digits) {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
