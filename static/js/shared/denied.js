// The user may no longer change the case, for example because a co-author submitted it. With the header
// ACCEPT, the server gives the reason as JSON.
export const ACCEPT = { Accept: "application/json" };

export class Denied extends Error {}

// Throw Denied with the reason if the server gave one; any other failure is an Error with the status.
export async function requireOk(response) {
  if (response.ok) return;
  const answer = response.status === 403 ? await response.json().catch(() => null) : null;
  if (answer?.denied) throw new Denied(answer.denied);
  throw new Error(response.status);
}
