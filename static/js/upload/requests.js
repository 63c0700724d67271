import { csrfToken } from "../shared/csrf.js";

const PAUSES = [1000, 3000, 9000]; // milliseconds before each retry

export async function getJson(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  return response.json();
}

export async function post(url, body = new FormData()) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    body,
  });
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(content.error || content.detail || String(response.status));
  return content;
}

// Post, and retry if the connection is lost, calling `onRetry` before each retry. Do not retry if the server
// responds with an error.
export async function postWithRetry(url, body, onRetry) {
  for (const pause of PAUSES) {
    try {
      return await post(url, body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      onRetry();
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return post(url, body);
}
