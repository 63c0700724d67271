// How the server understood each time on the page, and the drawing of the timeline.

export function showTimes(times = {}) {
  for (const [name, text] of Object.entries(times)) {
    const element = document.querySelector(`[data-understood="${CSS.escape(name)}"]`);
    if (element && element.textContent !== text) element.textContent = text;
  }
}

export function showDrawing(html) {
  const element = document.querySelector("[data-timeline]");
  if (element && html) element.innerHTML = html;
}
