// A block of cells that was copied in a spreadsheet.

// The lines of a block; null for a plain text, which the browser pastes by itself.
export function readBlock(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  if (!/[\t\n]/.test(lines)) return null;
  return lines.split("\n").map((line) => line.split("\t"));
}

// Where a block goes that is pasted into a cell at `row` and `column`: a list of {row, column, text}, and of
// {unknownRow} for a line whose label no row has. `rowOf` finds the row of a label, or -1: a block with labels
// goes to the rows that they name. `isValue` tells a value from a heading.
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

// Which option a pasted text names, by its words, its value, or the number that it begins with.
export function isNamed(option, text) {
  const names = [option.value, option.text.trim(), option.text.split(":")[0]];
  return names.some((name) => name.toLowerCase() === text.trim().toLowerCase());
}
