// Paste a table into an entry table. The server reads it; a dialog shows where each cell goes, and applying it
// replaces the changed parts of the page, as one step that can be undone.
import { csrfToken } from "../shared/csrf.js";
import { ACCEPT, Denied, requireOk } from "../shared/denied.js";
import { problemText } from "../shared/problems.js";
import { checkSession } from "../shared/session.js";
import { record, tableOf, undo } from "./cells.js";
import { becomeComboboxes, offerEntriesIn } from "./pickers.js";
import { tableIn } from "./pure/clipboard.js";
import { commandOf } from "./pure/keymap.js";

export function listenToPaste(form) {
  const dialog = new PasteDialog(form, document.getElementById("paste"));
  form.addEventListener("paste", (event) => {
    const part = partOf(event.target);
    const table = part && tableFrom(event);
    if (!table || (event.target.matches("textarea") && !table.text.includes("\t"))) return;
    event.preventDefault();
    dialog.open({ part, at: event.target.name, ...table });
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-paste]");
    if (!button) return;
    event.preventDefault();
    dialog.open({ part: button.value, at: "", text: "", html: "" });
  });
  document.addEventListener("keydown", (event) => {
    // Tables undo their own steps, see grid.js; the cards of treatments are not in a table.
    const isUndo = !tableOf(event.target) && commandOf(event, { inTable: true }) === "undo";
    if (isUndo && dialog.step && undo(dialog.step)) event.preventDefault();
  });
  report().addEventListener("click", ({ target }) => {
    if (target.closest("[data-paste-dismiss]")) report().replaceChildren();
    if (target.closest("[data-paste-undo]") && !undo(dialog.step))
      report().querySelector("[data-paste-edited]").hidden = false;
  });
}

function tableFrom({ clipboardData }) {
  return tableIn(clipboardData.getData("text/plain"), clipboardData.getData("text/html"));
}

// Return the name of the table that a cell belongs to.
function partOf(cell) {
  return tableOf(cell)?.dataset.prefix || cell.closest("[data-part]")?.dataset.part;
}

function report() {
  return document.querySelector("[data-paste-report]");
}

class PasteDialog {
  step = null; // the last paste, for "Undo paste"
  #form;
  #dialog;
  #part = "";
  #request = 0; // the number of the newest request; answers to older ones are ignored
  #isEntering = false; // whether the cells are being entered: then the dialog cannot be closed

  constructor(form, dialog) {
    this.#form = form;
    this.#dialog = dialog;
    dialog.addEventListener("submit", (event) => this.#onSubmit(event));
    dialog.addEventListener("change", (event) => this.#onChange(event));
    dialog.addEventListener("paste", (event) => this.#onPaste(event));
    dialog.addEventListener("click", (event) => {
      if (!event.target.closest("[data-paste-cancel]")) return;
      event.preventDefault();
      if (!this.#isEntering) dialog.close();
    });
    dialog.addEventListener("cancel", (event) => {
      if (this.#isEntering && event.target === dialog) event.preventDefault();
    });
    dialog.addEventListener("close", () => {
      this.#request += 1; // what is still on its way was cancelled
    });
    offerEntriesIn(dialog);
  }

  // Show the preview of a table. Without one, show what was pasted before into the same part.
  open({ part, at, text, html }) {
    this.#dialog.showModal();
    if (!text && part === this.#part && this.#dialog.querySelector("form")) return;
    this.#part = part;
    const given = { "paste-part": part, "paste-at": at, "paste-text": text, "paste-html": html };
    this.#show(this.#dialog.dataset.reading);
    this.#send(Object.entries(given), text);
  }

  #onSubmit(event) {
    event.preventDefault();
    const { target, submitter } = event;
    this.#send([...new FormData(target, submitter)]);
  }

  #onChange({ target }) {
    if (target.matches("[data-paste-text]")) return;
    const form = target.closest("form");
    this.#send([...new FormData(form), ["paste-step", "preview"]]);
  }

  #onPaste(event) {
    const table = event.target.matches("[data-paste-text]") && tableFrom(event);
    if (!table) return;
    event.preventDefault();
    event.target.value = table.text;
    const form = event.target.closest("form");
    form.querySelector("[data-paste-html]").value = table.html;
    this.#send([...new FormData(form)]);
  }

  async #send(given, text = null) {
    if (this.#isEntering) return;
    this.#request += 1;
    const number = this.#request;
    const focused = document.activeElement?.name;
    this.#isEntering = given.some(([name, value]) => name === "paste-step" && value === "apply");
    this.#showProgress();
    try {
      const answer = await this.#post(given);
      if (number !== this.#request) return;
      this.#isEntering = false;
      if (answer.querySelector("[data-paste-form]")) this.#redraw(answer, focused);
      else this.#apply(answer);
    } catch (error) {
      const problem = await this.#problemOf(error);
      if (number !== this.#request) return;
      this.#isEntering = false;
      this.#showFailure(problem, text);
    }
  }

  // Show below the buttons that the table is being read or entered, until the dialog is drawn again.
  #showProgress() {
    const { reading, entering } = this.#dialog.dataset;
    const line = this.#dialog.querySelector("[data-paste-progress]");
    if (line) line.textContent = this.#isEntering ? entering : reading;
  }

  async #post(given) {
    const data = new URLSearchParams(new FormData(this.#form));
    for (const [name, value] of given) if (name.startsWith("paste-")) data.append(name, value);
    data.set("csrfmiddlewaretoken", csrfToken());
    data.set("paste-fragment", "1");
    const response = await fetch(this.#dialog.dataset.url, {
      method: "POST",
      body: data,
      redirect: "manual",
      headers: ACCEPT,
    });
    await requireOk(response);
    return new DOMParser().parseFromString(await response.text(), "text/html").body;
  }

  #show(message) {
    this.#dialog.replaceChildren(paragraph(message));
  }

  // Return an element that says why a request failed.
  async #problemOf(error) {
    if (error instanceof Denied) return problemText("denied", error.message);
    const state = await checkSession(this.#form.elements.opened_by.value);
    if (["signed-out", "other-user"].includes(state)) return problemText(state);
    const line = paragraph(this.#dialog.dataset.failed);
    line.className = "cell-error";
    line.setAttribute("role", "alert");
    return line;
  }

  // Show why the request failed. What was pasted stays in the dialog, with the user's corrections.
  #showFailure(problem, text) {
    problem.dataset.pasteFailed = "";
    if (text === null) {
      this.#dialog.querySelector("[data-paste-failed]")?.remove();
      this.#dialog.querySelector("form").prepend(problem);
      this.#dialog.querySelector("[data-paste-progress]").textContent = "";
      return;
    }
    this.#dialog.replaceChildren(problem);
    const box = Object.assign(document.createElement("textarea"), { value: text, rows: 8 });
    box.className = "form-control";
    box.setAttribute("aria-label", this.#dialog.dataset.pasted);
    this.#dialog.append(box);
    this.#part = ""; // so that opening the dialog again starts anew
  }

  #redraw(answer, focused) {
    const { scrollLeft, scrollTop } = this.#dialog.querySelector(".paste-scroll") || {};
    this.#dialog.replaceChildren(...answer.childNodes);
    becomeComboboxes(this.#dialog);
    this.#dialog.querySelector(".paste-scroll")?.scrollTo(scrollLeft || 0, scrollTop || 0);
    const same =
      focused && this.#dialog.querySelector(`[name="${CSS.escape(focused)}"]:not([type=hidden])`);
    (same || this.#dialog.querySelector("[autofocus]"))?.focus();
  }

  // Replace the parts of the page that changed, and keep the old ones for undo.
  #apply(answer) {
    const form = this.#form;
    const at = this.#dialog.querySelector("[name=paste-at]").value;
    const pairs = [...answer.querySelectorAll("[data-part]")].map((fresh) => ({
      fresh,
      old: form.querySelector(`[data-part="${CSS.escape(fresh.dataset.part)}"]`),
    }));
    for (const { fresh, old } of pairs) old.replaceWith(fresh);
    report().replaceChildren(...answer.querySelector("[data-paste-report]").childNodes);
    const entered = contentOf(pairs);
    this.step = {
      isCurrent: () =>
        pairs.every(({ fresh }) => fresh.isConnected) && contentOf(pairs) === entered,
      revert: () => {
        for (const { fresh, old } of pairs) fresh.replaceWith(old);
        report().replaceChildren();
        this.#finish(at, pairs[0].old);
      },
    };
    record(this.step);
    this.#dialog.close();
    this.#dialog.replaceChildren();
    this.#finish(at, pairs[0].fresh);
  }

  #finish(at, part) {
    this.#form.dispatchEvent(new Event("refreshed"));
    this.#form.dispatchEvent(new Event("input", { bubbles: true }));
    const cell = at && this.#form.elements.namedItem(at);
    const first = part.querySelector("table[data-grid] td > .cell, input:not([type=hidden])");
    (cell || first)?.focus();
  }
}

function paragraph(text) {
  return Object.assign(document.createElement("p"), { textContent: text });
}

function contentOf(pairs) {
  const cells = pairs.flatMap(({ fresh }) => [
    ...fresh.querySelectorAll("input, select, textarea"),
  ]);
  return JSON.stringify(
    cells.map((cell) => [cell.name, cell.type === "checkbox" ? cell.checked : cell.value]),
  );
}
