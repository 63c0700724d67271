// Put values into the places %1, %2 … of a translated text.
export function fill(template, ...values) {
  return template.replace(/%(\d)/g, (_whole, number) => values[number - 1]);
}
