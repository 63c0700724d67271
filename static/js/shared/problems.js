// Show why a form cannot be sent now: the text for `state` in #not-sent, and the server's `reason` if the state is
// "denied". An empty state removes it.
export function showProblem(form, state, reason = "") {
  let box = form.querySelector("[data-not-sent]");
  if (!box) {
    box = document.createElement("div");
    box.dataset.notSent = "";
    form.append(box);
  }
  if ((box.dataset.state || "") === state) return;
  box.dataset.state = state;
  const text = problemText(state, reason);
  box.replaceChildren(...(text ? [text] : []));
  if (text) box.scrollIntoView({ block: "nearest" });
}

// Return the text for a state as a new element; null for a state without a text.
export function problemText(state, reason = "") {
  const { content } = document.getElementById("not-sent");
  const text = content.querySelector(`[data-state="${state}"]`)?.cloneNode(true) ?? null;
  text?.querySelector("[data-reason]")?.replaceChildren(reason);
  return text;
}
