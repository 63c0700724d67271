// Parse MRC grades as patients/catalogue/mrc.py does; `grades` are the grades of the scale, lowest first.

const MINUS = /[\u2212\u2010\u2011\u2012\u2013\u2014\u207b\ufe63\uff0d]/g;
const PLUS = /[\uff0b\u207a]/g;
const STATES = ["n", "nt", "pain", "amputation", "not done", "immobilized", "pain limited"];

// Normalise a grade: "−3", " 3 - " and "3−" become "3-".
export function plainGrade(text) {
  const found = text.trim().replace(/\s+/g, " ").replace(MINUS, "-").replace(PLUS, "+");
  return found.replace(/^([+-])([0-5])$/, "$2$1").replace(/^([0-5]) ([+-])$/, "$1$2");
}

function withoutScale(text) {
  return plainGrade(text).replace(/^(MRC|M) ?(?=[0-5])/i, "");
}

// Return [grade] or the two ends of an interval; null for anything else.
function endsOf(text, grades) {
  const parts = text.replace(/ ?\/ ?5\b/g, "").split(/ to | - |(?<=[0-5+-])-(?=[0-5])/);
  const ends = parts.map(plainGrade);
  return ends.length < 3 && ends.every((end) => grades.includes(end)) ? ends : null;
}

// Return whether a grade cell accepts a string; `states` are accepted labels such as "not tested".
export function isGrade(text, grades, states) {
  const plain = withoutScale(text);
  const label = plain.toLowerCase().replace(/[-_]/g, " ");
  if (!plain || STATES.includes(label) || states.includes(label)) return true;
  return endsOf(plain, grades) !== null;
}

// Return {rank, base, text} of a grade for the body map; an interval has the rank of its lower end. Return
// {isState: true} for anything that is not a grade, and null for an empty cell.
export function gradeOf(text, grades) {
  const plain = withoutScale(text);
  if (!plain) return null;
  const ends = endsOf(plain, grades);
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
