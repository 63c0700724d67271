// Signing in again, in another tab, changes the token: the cookie has the one that counts.
export function csrfToken() {
  const found = /(?:^|; )(?:__Host-)?csrf=([^;]+)/.exec(document.cookie);
  return found ? found[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
}
