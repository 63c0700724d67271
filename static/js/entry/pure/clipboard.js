// What the clipboard holds.

const MAX_HTML = 1000000; // characters; the text is enough for a larger table

// Return {text, html} of a pasted table; null for the text of a single cell, which the browser pastes itself.
export function tableIn(text, html) {
  const plain = text.replace(/[\r\n]+$/, "");
  const cells = (html.match(/<t[dh][\s>]/gi) || []).length;
  if (!/[\t\n\r]/.test(plain) && cells < 2) return null;
  return { text: plain, html: cells > 1 && html.length < MAX_HTML ? html : "" };
}
