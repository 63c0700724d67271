// Whether single keys, such as "?", are shortcuts: a setting in the list of keys, which applies to all pages. A cookie
// stores it and contains no patient data.

const COOKIE = "single_keys";
const TYPING =
  "input:not([type=checkbox], [type=radio]), textarea, select, dialog, [contenteditable]";

export function singleKeysAreOn() {
  return !new RegExp(`(?:^|; )${COOKIE}=off`).test(document.cookie);
}

export function setSingleKeys(on) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const choice = `${COOKIE}=${on ? "on" : "off"}`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not available in every browser.
  document.cookie = `${choice}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

export function isTyping(target) {
  return target.closest(TYPING) !== null;
}
