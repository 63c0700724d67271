// The state of the viewer as URL query parameters, so that reload, bookmarks and Back work. The server
// reads slice, window and series; the browser reads the rest.

const OF_A_PANE = ["slice", "center", "width", "offset", "shift", "inverted", "view"];

export function queryOf(panes, synced) {
  const query = new URLSearchParams();
  for (const pane of panes) {
    const set = (name, value) => query.set(pane.prefix + name, value);
    set("slice", pane.at + 1);
    if (pane.center !== pane.usual[0] || pane.width !== pane.usual[1]) {
      set("center", pane.center);
      set("width", pane.width);
    }
    if (pane.prefix) query.append("beside", pane.series);
    if (synced && pane.offset) set("offset", pane.offset);
    if (synced && pane.shift.some(Boolean)) set("shift", listed(pane.shift, 2));
    if (pane.inverted) set("inverted", 1);
    if (pane.zoom !== 1) set("view", listed(shareOf(pane), 3));
  }
  if (panes.length > 1 && !synced) query.set("apart", 1);
  return query;
}

// Return [zoom, x, y], with the pan as a share of the stage's size, which can differ when the URL is opened.
function shareOf({ zoom, pan, stage }) {
  return [zoom, pan.x / stage.clientWidth, pan.y / stage.clientHeight];
}

function listed(values, digits) {
  return values.map((value) => value.toFixed(digits)).join(",");
}

// Return the settings of a pane that the server does not read. A missing or invalid setting is null, except
// that `inverted` is false.
export function readPane(query, prefix) {
  const numbers = (name, count) => {
    const found = (query.get(prefix + name) || "")
      .split(",")
      .map((part) => (part ? Number(part) : NaN));
    return found.length === count && found.every(Number.isFinite) ? found : null;
  };
  return {
    shift: numbers("shift", 3),
    offset: numbers("offset", 1)?.[0] ?? null,
    view: numbers("view", 3),
    inverted: query.get(`${prefix}inverted`) === "1",
  };
}

// Return the query that shows the chosen series next to the first; series already shown keep their settings.
export function queryWithOthers(now, panes, chosen, prefixes) {
  const query = new URLSearchParams();
  const copy = (from, to) => {
    for (const name of OF_A_PANE) {
      if (now.has(from + name)) query.set(to + name, now.get(from + name));
    }
  };
  const [first, ...others] = panes;
  copy(first.prefix, "");
  chosen.forEach((series, at) => {
    query.append("beside", series);
    const stays = others.find((other) => String(other.series) === series);
    if (stays) copy(stays.prefix, prefixes[at + 1]);
  });
  return query;
}
