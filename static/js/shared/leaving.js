// Ask before a page is left with something typed in a form that was not sent. Pages that store unsaved changes
// (data-draft-url) need not ask, and neither do forms that a script reads (data-mark-form).
const FREE_TEXT =
  "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=password])";

const typed = new Set(); // forms in which the user typed something since they were sent

export function listenToLeaving() {
  document.addEventListener("input", ({ target }) => {
    const { form } = target;
    if (!form?.elements.opened_by || form.matches("[data-draft-url], [data-mark-form]")) return;
    if (target.matches(FREE_TEXT)) typed.add(form);
  });
  // sending.js holds a form that cannot be sent now, so this is not called for it.
  document.addEventListener("submit", ({ target }) => typed.delete(target));
  addEventListener("beforeunload", (event) => {
    if ([...typed].some(isChanged)) event.preventDefault();
  });
}

function isChanged(form) {
  const fields = [...form.elements].filter((field) => field.matches(FREE_TEXT));
  return form.isConnected && fields.some(({ value, defaultValue }) => value !== defaultValue);
}
