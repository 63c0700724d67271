// The state of the viewer, initialised from the page's data.

const root = document.getElementById("viewer");
const data = JSON.parse(document.getElementById("viewer-data").textContent);

export const viewer = {
  root,
  data,
  messages: document.querySelector("[data-words]").dataset,
  panes: makePanes(),
  active: 0,
  synced: false,
  playing: false, // true while cine playback is running
  showMarks: true,
  showLines: true,
};

export const marks = {
  all: data.marks,
  selected: null,
  end: "both", // the part of the selected mark that arrow keys move
  preset: null, // the preset last chosen
  placing: null, // {preset, kind, pane, x, y, first}; `first` is the end already set
};

function makePanes() {
  const places = data.panes.map((pane, place) => ({ pane, place }));
  const filled = places.filter(({ pane }) => pane.slices.length);
  return filled.map(({ pane, place }, number) => makePane(pane, place, number));
}

function makePane(pane, place, number) {
  const own = root.querySelector(`[data-pane="${place}"]`);
  return {
    ...pane,
    number,
    root: own,
    stage: own.querySelector("[data-stage]"),
    image: own.querySelector("[data-image]"),
    canvas: own.querySelector("[data-canvas]"),
    view: own.querySelector("[data-view]"),
    lines: own.querySelector("[data-lines-layer]"),
    overlay: own.querySelector("[data-overlay]"),
    trouble: own.querySelector("[data-trouble]"),
    troubleText: own.querySelector("[data-trouble-words]"),
    layer: own.querySelector("[data-marks-layer]"),
    wanted: "", // URL of the frame to show
    painted: "", // "id/frame" of the slice currently drawn, or ""
    loads: 0,
    offset: 0,
    zoom: 1,
    pan: { x: 0, y: 0 },
    inverted: false,
    empty: false, // true if no slice matches the position shown in the other panes
  };
}

export function activePane() {
  return viewer.panes[viewer.active];
}

export function current(pane) {
  return pane.slices[pane.at];
}

export function isOn(mark, slice) {
  return mark.sop_instance_uid === slice.uid && mark.frame === slice.frame;
}

export function marksOf(pane) {
  const slice = current(pane);
  return marks.all.filter((mark) => isOn(mark, slice));
}

export function forgetMark(mark) {
  marks.all = marks.all.filter((other) => other !== mark);
  if (marks.selected === mark) marks.selected = null;
}
