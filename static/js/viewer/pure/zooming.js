// How a pane is magnified: `zoom`, and `pan` in pixels of its stage from the middle.
import { clamp } from "../../shared/pure/numbers.js";

export const WHOLE = { zoom: 1, pan: { x: 0, y: 0 } };
export const ZOOM_STEP = 1.25;
const MOST = 16;

// Zoom about a point, in pixels from the middle of the stage; that point stays where it is.
export function zoomed(view, zoom, stage, x = 0, y = 0) {
  const next = clamp(zoom, 1, MOST);
  const share = next / view.zoom;
  return panned({ zoom: next }, stage, x - (x - view.pan.x) * share, y - (y - view.pan.y) * share);
}

// The picture covers the stage, however far it is moved.
export function panned({ zoom }, stage, x, y) {
  const [wide, high] = [stage.width, stage.height].map((side) => (side * (zoom - 1)) / 2);
  return { zoom, pan: { x: clamp(x, -wide, wide), y: clamp(y, -high, high) } };
}
