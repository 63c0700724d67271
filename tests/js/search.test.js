import assert from "node:assert/strict";
import test from "node:test";
import {
  findEntry,
  fold,
  nameOf,
  prepare,
  replaced,
  search,
  showCodes,
  splitUnit,
} from "../../static/js/entry/pure/search.js";

function entry(id, label, aliases, more = {}) {
  return { id, label, aliases, codes: [], ...more };
}

const MUSCLES = prepare([
  entry("gastrocnemius_medial", "Gastrocnemius, medial head", ["gastroc medial", "MG"]),
  entry("gastrocnemius", "Gastrocnemius (head not stated)", ["gastroc", "GC"]),
  entry("tibialis_anterior", "Tibialis anterior", ["tib ant", "TA"]),
  entry("opponens", "Opponens", ["TA"]),
]);
const ANALYTES = prepare([
  entry("csf_protein", "CSF protein", ["protein"], { specimens: ["csf"] }),
  entry("total_protein", "Total protein", ["protein"], { specimens: ["serum", "plasma"] }),
]);

const ids = (found) => found.map((one) => one.entry.id);

test("names are compared without case, accents, punctuation and British spelling", () => {
  for (const [one, other] of [
    ["Guillain-Barré syndrome", "guillain barre  syndrome"],
    ["Haemoglobin", "hemoglobin"],
    ["Lhermitte’s sign", "Lhermitte's sign"],
    ["Anti‑GM1", "anti GM1"],
    ["Oedema", "edema"],
  ]) {
    assert.equal(fold(one), fold(other), one);
  }
});

test("whole names come before beginnings, beginnings before words, words before parts", () => {
  assert.deepEqual(ids(search(MUSCLES, "gastroc")), ["gastrocnemius", "gastrocnemius_medial"]);
  assert.deepEqual(ids(search(MUSCLES, "ant tib")), ["tibialis_anterior"]);
  assert.deepEqual(ids(search(MUSCLES, "nemius")), ["gastrocnemius", "gastrocnemius_medial"]);
  assert.deepEqual(search(MUSCLES, " "), []);
  assert.equal(search(MUSCLES, "gastroc")[0].matched, "gastroc");
});

test("the specimen leaves out the analytes of other specimens", () => {
  assert.deepEqual(ids(search(ANALYTES, "protein", "csf")), ["csf_protein"]);
  assert.equal(findEntry(ANALYTES, "protein", "serum").id, "total_protein");
  assert.equal(findEntry(ANALYTES, "protein"), null);
});

test("a name that two entries share is not resolved", () => {
  assert.equal(findEntry(MUSCLES, "TA"), null);
  assert.equal(findEntry(MUSCLES, "Tib ant").id, "tibialis_anterior");
  assert.equal(findEntry(MUSCLES, "opponens").id, "opponens");
  assert.equal(findEntry(MUSCLES, ""), null);
});

test("a unit is what follows the number of a value", () => {
  assert.deepEqual(splitUnit("45 mg/d"), ["45 ", "mg/d"]);
  assert.deepEqual(splitUnit("10–20ms"), ["10–20", "ms"]);
  assert.deepEqual(splitUnit("<0.5 µ"), ["<0.5 ", "µ"]);
  for (const text of ["45", "45 ", "4.", "10-", "normal", "", "1:320"]) {
    assert.equal(splitUnit(text), null, text);
  }
});

test("codes are printed as the server reads them", () => {
  const codes = [
    { system: "ICD-10", code: "G54.5", display: "Neuralgic amyotrophy" },
    { system: "Orphanet", code: "ORPHA:2901" },
  ];
  assert.equal(showCodes(codes), 'ICD-10 G54.5 "Neuralgic amyotrophy"; Orphanet ORPHA:2901');
});

test("what came with the old name is replaced, and what was typed stays", () => {
  assert.equal(replaced("", "", "ATC H02AB07"), "ATC H02AB07");
  assert.equal(replaced("ATC H02AB07", "ATC H02AB07", "ATC L01FA01"), "ATC L01FA01");
  assert.equal(replaced("ATC H02AB07; LOCAL 7", "ATC H02AB07", ""), "LOCAL 7");
  assert.equal(replaced("LOCAL 7", "ATC H02AB07", "ATC L01FA01"), "LOCAL 7");
});

test("a chosen radiculopathy keeps its level, but no level of a similar name", () => {
  const root = entry("lumbosacral_radiculopathy", "Lumbosacral radiculopathy", []);
  const chosen = { entry: root, matched: "L5 radiculopathy" };
  assert.equal(nameOf({ ...chosen, rank: 0 }), "L5 radiculopathy");
  assert.equal(nameOf({ ...chosen, rank: 4 }), "Lumbosacral radiculopathy");
  assert.equal(nameOf({ entry: root, matched: "sciatica", rank: 0 }), "Lumbosacral radiculopathy");
});
