// Whether a page shows the input that was sent when its predecessor was closed.

const PATIENCE = 3000; // milliseconds after which the input is no longer expected

// `continues` is the draft that the page shows, as "page.sequence"; sequences are milliseconds.
export function isMissing({ page, sequence }, continues, now) {
  const [shown, number] = continues.split(".");
  const isShown = shown === page && Number(number) >= sequence;
  return !isShown && now - sequence < PATIENCE;
}
