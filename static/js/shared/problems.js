// Show why a form cannot be sent now: the text for `state` in #not-sent. An empty state
// removes it.
export function showProblem(form, state) {
  let box = form.querySelector("[data-not-sent]");
  if (!box) {
    box = document.createElement("div");
    box.dataset.notSent = "";
    form.append(box);
  }
  if ((box.dataset.state || "") === state) return;
  box.dataset.state = state;
  const text = document.querySelector(`#not-sent`).content.querySelector(`[data-state="${state}"]`);
  box.replaceChildren(...(text ? [text.cloneNode(true)] : []));
  if (text) box.scrollIntoView({ block: "nearest" });
}
