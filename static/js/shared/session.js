const LIMIT = 10000; // milliseconds to wait for the server

// Return whether the server would accept a form that `user` (a primary key as text) opened: "ok",
// "signed-out", "other-user", "offline" or "failed".
export async function checkSession(user) {
  try {
    const options = { cache: "no-store", signal: AbortSignal.timeout(LIMIT) };
    const response = await fetch(document.body.dataset.session, options);
    if (!response.ok) return "failed";
    const now = (await response.json()).user;
    if (now === null) return "signed-out";
    return String(now) === user ? "ok" : "other-user";
  } catch {
    return navigator.onLine ? "failed" : "offline";
  }
}
