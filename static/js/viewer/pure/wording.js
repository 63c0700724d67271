// Text about slices and marks; `messages` are the page's translated messages.
import { fill } from "../../shared/pure/text.js";

export function formatNumber(value) {
  return value === null ? "" : String(Math.round(value * 100) / 100);
}

// Return the text for a slice: its stack, if there are several, and whether it has no position, follows a gap
// or is a duplicate.
export function stackText(slices, at, messages) {
  const slice = slices[at];
  const stacks = slices[slices.length - 1].stack + 1;
  const found = [];
  if (stacks > 1) {
    const number = fill(messages.stack, slice.stack + 1, stacks);
    found.push(slice.stackWords ? `${number}: ${slice.stackWords}` : number);
  }
  if (!slice.position) found.push(messages.unplaced);
  if (slice.gap !== null) found.push(fill(messages.gap, slice.gap));
  if (slice.repeated) found.push(messages.repeated);
  return found.join(" · ");
}

// Until the server has responded, `words` can begin with the mark's kind; `plain` never does.
export function descriptionOf(mark) {
  return mark.id ? mark.words : mark.plain || mark.words;
}

// Return the marked structure, without the style at the end, such as "(red, filled)".
export function targetOf(mark) {
  return descriptionOf(mark).replace(/ \([^()]*\)$/, "");
}

// Return the text of a line's or ellipse's measurements, as the server computed them after the last change.
export function measurementText(mark, messages) {
  const found = mark.measured || {};
  if (mark.kind === "line") return lengthText(found.length_mm, messages);
  if (mark.kind !== "ellipse") return "";
  const area = found.area_mm2 ? fill(messages.area, found.area_mm2.toFixed(0)) : "";
  const mean = (found.mean ?? null) === null ? "" : fill(messages.mean, found.mean.toFixed(0));
  return [area, mean].filter(Boolean).join(" · ");
}

function lengthText(length, messages) {
  if (length === undefined) return "";
  return length === null ? messages.noSpacing : fill(messages.length, length.toFixed(1));
}
