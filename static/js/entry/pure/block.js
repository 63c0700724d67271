// A block of cells copied from a spreadsheet.

// Return the rows of a block; null for the text of a single cell, which the browser pastes itself.
export function readBlock(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (!/[\t\n]/.test(lines)) return null;
  return lines.split("\n").map((line) => line.split("\t"));
}

// Return [{row, column, text}] for a block pasted into the cell at `row` and `column`; {unknownRow} for a line
// with an unknown label. If the first column contains row labels, lines are matched to rows by label: `rowOf`
// returns the row of a label, or -1. `isValue` distinguishes values from headings.
export function placeBlock(block, { row, column, rowOf = () => -1, isValue = () => true }) {
  const isLabelled = block.some((line) => line.length > 1 && rowOf(line[0]) >= 0);
  return block.flatMap((line, number) => {
    const texts = isLabelled ? line.slice(1) : line;
    if (!texts.some((text) => text.trim())) return [];
    const at = isLabelled ? rowOf(line[0]) : row + number;
    if (at >= 0 || !isLabelled)
      return texts.map((text, offset) => ({ row: at, column: column + offset, text }));
    const isHeading = number === 0 && !texts.some((text) => text.trim() && isValue(text));
    return isHeading ? [] : [{ unknownRow: line[0].trim() }];
  });
}

// Return whether a pasted string is the option's value, its label, or the part of the label before a colon,
// ignoring case.
export function matchesOption(option, text) {
  const names = [option.value, option.text.trim(), option.text.split(":")[0]];
  return names.some((name) => name.toLowerCase() === text.trim().toLowerCase());
}
