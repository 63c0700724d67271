// Signing in again in another tab changes the token, so the cookie's value is used first.
export function csrfToken() {
  const found = /(?:^|; )(?:__Host-)?csrf=([^;]+)/.exec(document.cookie);
  return found ? found[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}
