import { csrfToken } from "../shared/csrf.js";

const PAUSES = [1000, 3000, 9000]; // milliseconds before each retry

export async function getJson(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  return response.json();
}

export async function post(address, body = new FormData()) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
    body,
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || answer.detail || String(response.status));
  return answer;
}

// Retry after a lost connection, calling `onRetry` first; do not retry if the server responds with an error.
export async function postPatiently(address, body, onAgain) {
  for (const pause of PAUSES) {
    try {
      return await post(address, body);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      onAgain();
      await new Promise((done) => setTimeout(done, pause));
    }
  }
  return post(address, body);
}
