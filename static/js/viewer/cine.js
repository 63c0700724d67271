// Cine playback of a series.
import { clamp } from "../shared/pure/numbers.js";
import { fill } from "../shared/pure/text.js";
import { announce, showPressed } from "./messages.js";
import { goTo } from "./slices.js";
import { viewer } from "./state.js";

const SPEEDS = [2, 4, 8, 12, 16, 24]; // slices per second
let speed = 8;
let timer = 0;
let shown = null; // the pane that is playing

export function toggleCine(pane) {
  if (viewer.playing) stopCine();
  else if (pane.slices.length > 1) {
    shown = pane;
    setPlaying(true);
    timer = setInterval(step, 1000 / speed);
  }
}

export function stopCine() {
  if (!viewer.playing) return;
  clearInterval(timer);
  setPlaying(false);
}

function setPlaying(on) {
  viewer.playing = on;
  showPressed("cine", on);
}

// Wait for a slice that is still loading, so that none is skipped.
function step() {
  if (shown.stage.dataset.state === "loading") return;
  goTo(shown, shown.at + 1 < shown.slices.length ? shown.at + 1 : 0);
}

export function setSpeed(wanted) {
  speed = wanted;
  viewer.root.querySelector("[data-speed]").value = speed;
  announce(fill(viewer.messages.speed, speed));
  if (!viewer.playing) return;
  clearInterval(timer);
  timer = setInterval(step, 1000 / speed);
}

export function changeSpeed(by) {
  setSpeed(SPEEDS[clamp(SPEEDS.indexOf(speed) + by, 0, SPEEDS.length - 1)]);
}
