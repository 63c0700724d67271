// Measure the demonstration's pages with Lighthouse, as signed-in clinician, in a 1366 px window.
//
//   node tests/benchmarks/lighthouse.mjs DEMO.json CHROMIUM
//
// DEMO.json is the output of `manage.py demo --json`. Prints one row per page. The exit status is 1
// if accessibility or best practices are below 95, or the largest paint of the work list or the case
// page takes more than 1 s.

import { readFileSync } from "node:fs";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const LEAST_SCORE = 95;
const LONGEST_PAINT_MS = 1000;
const QUICK = ["work list", "case"];
const CATEGORIES = ["accessibility", "best-practices"];
const [, , demonstration, executablePath] = process.argv;
const { url, users, cases } = JSON.parse(readFileSync(demonstration));
const address = `cases/${cases[0]}/`;
const PAGES = {
  "work list": "",
  case: address,
  strength: `${address}strength/`,
  "nerve conduction": `${address}conduction/`,
  report: `${address}report/`,
  images: `${address}imaging/`,
  localisation: `${address}localisation/`,
  checks: `${address}checks/`,
  history: `${address}history/`,
  "new case": "cases/new/",
  "case templates": "cases/templates/",
  "import cases": "cases/import/",
  teams: "teams/",
  "API documentation": "api/docs/",
};

const browser = await puppeteer.launch({
  executablePath,
  args: ["--no-sandbox"],
  headless: "shell",
});
await signIn(await browser.newPage(), users[0]);
let failed = false;
console.log(
  "| page | accessibility | best practices | largest paint, ms | layout shift | failed audits |",
);
console.log("|---|---|---|---|---|---|");
for (const [name, path] of Object.entries(PAGES)) {
  const { lhr } = await lighthouse(url + path, options());
  const scores = CATEGORIES.map((category) => Math.round(lhr.categories[category].score * 100));
  const paint = Math.round(lhr.audits["largest-contentful-paint"].numericValue);
  const shift = lhr.audits["cumulative-layout-shift"].numericValue.toFixed(3);
  failed ||= Math.min(...scores) < LEAST_SCORE;
  failed ||= QUICK.includes(name) && paint > LONGEST_PAINT_MS;
  console.log(`| ${[name, ...scores, paint, shift, faults(lhr).join(", ")].join(" | ")} |`);
}
await browser.close();
process.exitCode = failed ? 1 : 0;

async function signIn(page, { username, password }) {
  await page.goto(`${url}accounts/login/`);
  await page.type("#id_username", username);
  await page.type("#id_password", password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

// Return Lighthouse's options: no simulated network or slow processor, and the session is kept.
function options() {
  return {
    port: new URL(browser.wsEndpoint()).port,
    logLevel: "error",
    disableStorageReset: true,
    formFactor: "desktop",
    screenEmulation: { mobile: false, width: 1366, height: 768, deviceScaleFactor: 1 },
    throttlingMethod: "provided",
    onlyCategories: [...CATEGORIES, "performance"],
  };
}

// Return the names of the audits that a page fails, in the categories that have a least score.
function faults({ audits, categories }) {
  const names = CATEGORIES.flatMap((category) =>
    categories[category].auditRefs.map((ref) => ref.id),
  );
  return names.filter((name) => audits[name].score !== null && audits[name].score < 1);
}
