// Search a catalogue by name, as patients/catalogue/searching.py does.

const AMERICAN = {
  ae: "e",
  oe: "e",
  our: "or",
  isation: "ization",
  fibre: "fiber",
  metre: "meter",
  litre: "liter",
  titre: "titer",
  gramme: "gram",
  leuco: "leuko",
  sulph: "sulf",
};
const BRITISH = new RegExp(Object.keys(AMERICAN).join("|"), "g");
const DASHES = /[\u2212\u2010-\u2014_-]/g;
const PUNCTUATION = /[,;:'()\u2018\u2019\u02bc`\u00b4]/g;
// A measured value: a number, then the letters of its unit, which may be incomplete.
const VALUE = /^(.*\d\s*)([^\d\s.,:;<>~=()\u2013+-].*)$/u;

const LEVEL = /\b[CTLS]\d{1,2}\b/;

// Return a name without accents, case and punctuation, in American spelling.
export function fold(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const spaced = plain.replace(DASHES, " ").replace(PUNCTUATION, " ").replace(/\.$/, "");
  return spaced
    .replace(BRITISH, (found) => AMERICAN[found])
    .trim()
    .replace(/\s+/g, " ");
}

// Return entries ready to search: each with its `names` as {name, folded, starts}. `starts` is the folded name with a
// space before each word, to find the beginnings of words.
export function prepare(entries) {
  return entries.map((entry) => {
    const names = [...new Set([entry.label, entry.id, ...entry.aliases])];
    return { ...entry, names: names.map(prepareName) };
  });
}

function prepareName(name) {
  const folded = fold(name);
  return { name, folded, starts: ` ${folded}` };
}

function rankOf({ folded, starts }, wanted, parts) {
  if (folded === wanted) return 0;
  if (folded.startsWith(wanted)) return 1;
  if (parts.every((part) => starts.includes(part))) return 2;
  return folded.includes(wanted) ? 3 : null;
}

function bestName(entry, wanted, parts) {
  let best = null;
  for (const one of entry.names) {
    const rank = rankOf(one, wanted, parts);
    if (rank === null) continue;
    const { length } = one.folded;
    const isBetter = !best || rank < best.rank || (rank === best.rank && length < best.length);
    if (isBetter) best = { entry, rank, length, matched: one.name };
  }
  return best;
}

// Return [{entry, matched, rank}], best first. `specimen` leaves out the analytes of other specimens.
export function search(entries, text, specimen = "") {
  const wanted = fold(text);
  if (!wanted) return [];
  const parts = wanted.split(" ").map((part) => ` ${part}`);
  return entries
    .filter((entry) => isIn(entry, specimen))
    .map((entry) => bestName(entry, wanted, parts))
    .filter(Boolean)
    .sort((one, other) => one.rank - other.rank || one.length - other.length);
}

function isIn(entry, specimen) {
  return !specimen || !entry.specimens || entry.specimens.includes(specimen);
}

// Return the only entry with this name, or null. A label or id takes precedence over an alias.
export function findEntry(entries, text, specimen = "") {
  const wanted = fold(text);
  const candidates = entries.filter((entry) => isIn(entry, specimen));
  const kinds = [
    (entry) => [entry.label, entry.id].some((name) => fold(name) === wanted),
    (entry) => entry.names.some(({ folded }) => folded === wanted),
  ];
  for (const hasName of wanted ? kinds : []) {
    const found = candidates.filter(hasName);
    if (found.length) return found.length === 1 ? found[0] : null;
  }
  return null;
}

// Return the name of a chosen diagnosis: its label, or the name that was searched for if only that has a root level, as
// "L5 radiculopathy" has. A name that is only spelt similarly may have another level.
export function nameOf({ entry, matched, rank }) {
  const isSearched = rank <= 2;
  return isSearched && LEVEL.test(matched) && !LEVEL.test(entry.label) ? matched : entry.label;
}

// Split a value into [number with space, unit]; null without a unit.
export function splitUnit(text) {
  const found = VALUE.exec(text);
  return found && [found[1], found[2]];
}

// Return codes as one line: ICD-10 G54.5 "Neuralgic amyotrophy"; ORPHA 2901.
export function showCodes(codes) {
  return codes
    .map(({ system, code, display }) => `${system} ${code}${display ? ` "${display}"` : ""}`)
    .join("; ");
}

// Return a cell's text with the parts of `old` replaced by `now`, as patients/entry/completing.py does. An empty cell is
// filled; one without any of these parts stays as it is.
export function replaced(text, old, now) {
  const parts = partsOf(text);
  const own = parts.filter((part) => !partsOf(old).includes(part));
  if (parts.length && own.length === parts.length) return text;
  return [...partsOf(now), ...own].join("; ");
}

function partsOf(text) {
  return text.split(/\s*;\s*/).filter(Boolean);
}
