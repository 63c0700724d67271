// Zoom and pan of a pane; `pan` is in pixels of the stage from its centre.
import { clamp } from "../../shared/pure/numbers.js";

export const WHOLE = { zoom: 1, pan: { x: 0, y: 0 } };
export const ZOOM_STEP = 1.25;
const MAX_ZOOM = 16;

// Zoom about a point, in pixels from the centre of the stage; that point does not move.
export function zoomed(view, zoom, stage, x = 0, y = 0) {
  const next = clamp(zoom, 1, MAX_ZOOM);
  const share = next / view.zoom;
  return panned({ zoom: next }, stage, x - (x - view.pan.x) * share, y - (y - view.pan.y) * share);
}

// Limit panning so that the picture always covers the stage.
export function panned({ zoom }, stage, x, y) {
  const [wide, high] = [stage.width, stage.height].map((side) => (side * (zoom - 1)) / 2);
  return { zoom, pan: { x: clamp(x, -wide, wide), y: clamp(y, -high, high) } };
}
