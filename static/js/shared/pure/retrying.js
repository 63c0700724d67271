const PAUSES = [1000, 2000, 4000, 8000]; // milliseconds; the last one is repeated

// Return the pause before the next attempt, after this many failed attempts in a row.
export function pauseAfter(failures) {
  return PAUSES[Math.min(failures, PAUSES.length) - 1] ?? 0;
}
