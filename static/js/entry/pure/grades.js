// Parse MRC grades as patients/catalogue/mrc.py does; `grades` are the grades of the scale, lowest first.
// Both are tested with the examples in tests/grades.json.

const MINUS = /[\u2212\u2010\u2011\u2012\u2013\u2014\u207b\ufe63\uff0d]/g;
const PLUS = /[\uff0b\u207a]/g;
const STATES = ["n", "nt", "pain", "amputation", "not done", "immobilized", "pain limited"];
const PREFIX = /^(?:(?:MRC|M|grade|power)[ :]*)+(?=[(+-]*[ (]*[0-9IV])/i;
const ROMAN = { I: "1", II: "2", III: "3", IV: "4", V: "5" };
const WORD = /\p{L}{3}/u;
const QUOTED = /^[“"].*[^\s“”"].*[”"]$/;
const NO_WORDS = /\p{Nd}|^[-+]$|^[()[\]“”" ]*$/u; // a digit, a lone sign or brackets
const OUT_OF_5 = / ?(?:\/|(?:out )?of) ?5(?!\d)/g;

// Normalise a grade: "−3", " 3 - " and "3−" become "3-".
export function plainGrade(text) {
  const found = text.trim().replace(/\s+/g, " ").replace(MINUS, "-").replace(PLUS, "+");
  return found.replace(/^([+-])([0-5])$/, "$2$1").replace(/^([0-5]) ([+-])$/, "$1$2");
}

// Return the grade in "MRC 4", "4**", "(3)", "4 (pain)" and "IV+".
function withoutMarks(text) {
  return plainGrade(text)
    .replace(PREFIX, "")
    .replace(/^\(([^()]+)\)/, "$1")
    .replace(/(?<=[\dIV+-]) ?(?:\([^()]+\)|\[[^[\]]+\])$/, "")
    .replace(
      /(?<=[\dIV+-]) ?(?:[*†‡§¶#]+|\^[a-z]\b|[\u1d43\u1d47\u1d9c\u1d48\u1d49\u1da0\u1d4d])+$/,
      "",
    )
    .replace(/(?<!\w)(I{1,3}|IV|V)(?!\w)/g, (roman) => ROMAN[roman]);
}

// Return [grade] or the two ends of an interval, lower end first; null for anything else.
function endsOf(text, grades) {
  const parts = withoutMarks(text)
    .replace(OUT_OF_5, "")
    .split(/ to | or | - |(?<=[0-5+-])-(?=[0-5])/);
  const ends = parts.map(plainGrade);
  if (ends.length > 2 || !ends.every((end) => grades.includes(end))) return null;
  if (ends[0] === ends[1]) return null;
  return ends.sort((one, other) => grades.indexOf(one) - grades.indexOf(other));
}

function isState(text, states) {
  const plain = plainGrade(text).toLowerCase();
  return [plain, plain.replace(/[-_ ]+/g, " ")].some(
    (label) => STATES.includes(label) || states.includes(label),
  );
}

// Return whether a grade cell accepts a string; `states` are accepted labels such as "not tested".
export function isGrade(text, grades, states) {
  return !text.trim() || isState(text, states) || endsOf(text, grades) !== null || isWord(text);
}

function isWord(text) {
  const bare = withoutMarks(text);
  return QUOTED.test(text.trim()) || WORD.test(bare) || !NO_WORDS.test(bare);
}

// Return whether a string is kept as text, because it is neither a grade nor a state.
export function isKeptAsWords(text, grades, states) {
  return !isState(text, states) && endsOf(text, grades) === null && isWord(text);
}

// Return {rank, base, text} of a grade for the body map; an interval has the rank of its lower end. Return
// {isState: true} for anything that is not a grade, and null for an empty cell.
export function gradeOf(text, grades) {
  if (!text.trim()) return null;
  const ends = endsOf(text, grades);
  if (!ends) return { isState: true };
  const printed = ends.join("…").replace(/-/g, "\u2212");
  return { rank: grades.indexOf(ends[0]), base: ends[0][0], text: printed };
}

// Return the CSS class and text of a body map region, as determined by the lowest of its grades.
export function lookOf(found) {
  const grades = found.filter((grade) => !grade.isState);
  if (!grades.length) return { css: found.length ? "state" : "blank", text: "" };
  const low = grades.reduce((one, other) => (other.rank < one.rank ? other : one));
  return { css: `grade-${low.base}`, text: low.text };
}
