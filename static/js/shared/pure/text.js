// Replace the placeholders %1, %2 … of a translated message.
export function fill(template, ...values) {
  return template.replace(/%(\d)/g, (_whole, number) => values[number - 1]);
}
