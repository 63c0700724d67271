// Signing in again in another tab changes the token, so prefer the cookie's value to the page's.
export function csrfToken() {
  const found = /(?:^|; )(?:__Host-)?csrf=([^;]+)/.exec(document.cookie);
  return found ? found[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}
