/* Entry pages: drafts kept on the server, rows added in place, a warning before typing is lost.
   Everything here has its way without it: Save, and the buttons that reload the page. */
"use strict";

(function () {
  const form = document.getElementById("entry");
  if (!form) return;
  const state = form.querySelector("[data-draft-state]");
  const PAUSE = 1000; // milliseconds without typing before a draft is sent
  const KEEPALIVE_LIMIT = 60000; // bytes; browsers refuse more in one request that outlives the page

  document.querySelectorAll(".js-only").forEach((element) => (element.hidden = false));

  // Drafts

  let timer = null;
  let sent = body();
  let running = null;
  let leaving = false;
  if (form.hasAttribute("data-unsaved")) {
    sent = null;
    schedule();
  }

  function body() {
    const data = new URLSearchParams(new FormData(form));
    data.delete("csrfmiddlewaretoken");
    return data.toString();
  }

  // The token of the cookie: the one in the form is stale once somebody signed in again elsewhere.

  function token() {
    const found = /(?:^|; )(?:__Host-)?csrf=([^;]+)/.exec(document.cookie);
    return found ? found[1] : form.elements.csrfmiddlewaretoken.value;
  }

  function withToken(text) {
    return text + "&csrfmiddlewaretoken=" + encodeURIComponent(token());
  }

  function isUnsent() {
    return body() !== sent;
  }

  function schedule() {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }

  async function send() {
    const text = body();
    if (text === sent || leaving) return;
    if (running) return schedule();
    running = new AbortController();
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body: withToken(text),
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        keepalive: text.length < KEEPALIVE_LIMIT,
        signal: running.signal,
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.status);
      draw(await answer.json());
      sent = text;
      state.textContent = isUnsent() ? form.dataset.unsent : form.dataset.saved + " " + clock(new Date());
    } catch {
      if (!leaving) {
        state.textContent = form.dataset.failed;
        clearTimeout(timer);
        timer = setTimeout(send, 5 * PAUSE);
      }
    } finally {
      running = null;
    }
  }

  // What follows from what is typed, drawn by the server: the timeline, the localisation.
  function draw(answer) {
    show("[data-timeline]", answer.drawing);
    show("[data-localisation]", answer.localisation);
  }

  function show(selector, html) {
    const place = document.querySelector(selector);
    if (place && html) place.innerHTML = html;
  }

  function clock(moment) {
    const two = (number) => String(number).padStart(2, "0");
    return two(moment.getHours()) + ":" + two(moment.getMinutes());
  }

  form.addEventListener("input", () => {
    if (isUnsent()) state.textContent = form.dataset.unsent;
    schedule();
  });
  form.addEventListener("submit", () => {
    leaving = true;
    form.elements.csrfmiddlewaretoken.value = token();
    clearTimeout(timer);
    if (running) running.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") deliver();
  });
  window.addEventListener("pagehide", deliver);
  window.addEventListener("pageshow", () => (leaving = false));

  function deliver() {
    const text = body();
    if (leaving || text === sent) return;
    const data = new Blob([withToken(text)], { type: "application/x-www-form-urlencoded" });
    if (navigator.sendBeacon(form.dataset.draftUrl, data)) sent = text;
  }

  window.addEventListener("beforeunload", (event) => {
    if (!leaving && isUnsent()) event.preventDefault();
  });

  // Keys and buttons

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]"));
    }
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add]");
    if (!button) return;
    const table = button.closest(".table-foot").previousElementSibling.querySelector("table");
    event.preventDefault();
    const first = addRows(table, 3);
    first.querySelector("input, select, textarea").focus();
  });

  function addRows(table, count) {
    const bodies = [...table.tBodies];
    const last = bodies[bodies.length - 1];
    const added = [];
    let number = bodies.length;
    let name = Math.max(0, ...bodies.map((one) => Number((/^new(\d+)$/.exec(one.dataset.row) || [])[1] || 0)));
    for (let i = 0; i < count; i += 1) {
      name += 1;
      number += 1;
      added.push(copyRow(last, table.dataset.prefix, "new" + name, number));
      table.append(added[i]);
    }
    return added[0];
  }

  function copyRow(body, prefix, name, number) {
    const copy = body.cloneNode(true);
    const before = prefix + "-" + body.dataset.row + "-";
    const old = body.querySelector("th").textContent.trim();
    copy.dataset.row = name;
    copy.classList.add("is-new");
    copy.querySelectorAll("[name], [id], [for]").forEach((element) => {
      for (const attribute of ["name", "id", "for"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(before, prefix + "-" + name + "-"));
      }
    });
    copy.querySelectorAll("input, select, textarea").forEach((cell) => clear(cell, old, number));
    copy.querySelectorAll(".cell-error, .unlisted-note, summary > .muted").forEach((one) => one.remove());
    copy.querySelector("th").textContent = String(number);
    const hidden = copy.querySelector("summary .visually-hidden");
    if (hidden) hidden.textContent = hidden.textContent.replace(old, String(number));
    return copy;
  }

  function clear(cell, old, number) {
    if (cell.type === "checkbox") cell.checked = false;
    else if (cell.tagName === "SELECT") cell.selectedIndex = preferred(cell);
    else cell.value = "";
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    const label = cell.getAttribute("aria-label");
    if (label) cell.setAttribute("aria-label", label.replace(new RegExp(old + "$"), String(number)));
  }

  function preferred(select) {
    const values = [...select.options].map((option) => option.value);
    return Math.max(0, values.indexOf("not_stated"));
  }

  // Events entered here can be chosen at once, by their label, as visits and onsets.

  form.addEventListener("change", (event) => {
    const found = /^(events|visits)-.*-label$/.exec(event.target.name || "");
    const label = found && event.target.value.trim();
    if (!label) return;
    form.querySelectorAll('select[data-options="' + found[1] + '"]').forEach((select) => {
      const known = [...select.options].some((option) => option.text === label);
      if (!known) select.add(new Option(label, label));
    });
  });

  form.addEventListener("focusin", (event) => {
    const card = event.target.closest(".card-section");
    const hint = card && card.querySelector("[data-hint]");
    if (hint) hint.textContent = event.target.title || "";
  });

  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
})();
