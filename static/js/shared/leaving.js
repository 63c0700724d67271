// Ask before a page is left with something typed in a form that was not sent, or that was sent and is shown again with
// errors. Pages that store unsaved changes (data-draft-url) need not ask, and neither do forms that a script reads
// (data-mark-form).
const FREE_TEXT =
  "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=password])";

const typed = new Set(); // forms in which the user typed something since they were sent
const rejected = new Set(); // forms whose input the server did not accept

export function listenToLeaving() {
  for (const form of rejectedForms()) rejected.add(form);
  document.addEventListener("input", ({ target }) => {
    if (target.form && asks(target.form) && target.matches(FREE_TEXT)) typed.add(target.form);
  });
  // sending.js holds a form that cannot be sent now, so this is not called for it.
  document.addEventListener("submit", ({ target }) => {
    typed.delete(target);
    rejected.delete(target);
  });
  addEventListener("beforeunload", (event) => {
    if (rejected.size || [...typed].some(isChanged)) event.preventDefault();
  });
}

function asks(form) {
  return form.elements.opened_by && !form.matches("[data-draft-url], [data-mark-form]");
}

// Return the forms with the input of a request that was not accepted: those with an invalid field, or all if the
// summary of the errors names no field; and the page that keeps a form (data-unsent).
function rejectedForms() {
  const summary = document.getElementById("error-summary");
  const named = [...(summary?.querySelectorAll("a") ?? [])].map(({ hash }) =>
    document.getElementById(hash.slice(1)),
  );
  const fields = [...named, ...document.querySelectorAll("[aria-invalid=true]")];
  const invalid = fields.map((field) => field?.form).filter(Boolean);
  const found = invalid.length || !summary ? invalid : [...document.forms];
  return [...found.filter((form) => asks(form) && hasText(form)), ...unsentForms()];
}

function unsentForms() {
  return document.querySelectorAll("form[data-unsent]");
}

function textFields(form) {
  return [...form.elements].filter((field) => field.matches(FREE_TEXT));
}

function hasText(form) {
  return textFields(form).some(({ value }) => value.trim());
}

function isChanged(form) {
  const fields = textFields(form);
  return form.isConnected && fields.some(({ value, defaultValue }) => value !== defaultValue);
}
