/** One cell: its text, and how to paint it once it has been padded. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/**
 * Rows as aligned lines: the first column to the left, figures to the right. The gap between columns shrinks from
 * two spaces to one where the table would be wider than `columns`.
 */
export function textTable(rows: readonly (readonly Cell[])[], columns: number): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.text.length);
    });
  }
  const wide = widths.reduce((sum, width) => sum + width + 2, 0);
  const gap = wide <= columns ? '  ' : ' ';
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const width = widths[i] ?? 0;
        const padded = i === 0 ? cell.text.padEnd(width) : cell.text.padStart(width);
        return cell.paint === undefined ? padded : cell.paint(padded);
      })
      .join(gap)
      .trimEnd(),
  );
}

/** Words over lines of at most `width`; a word that is longer is cut. At least one line. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((long) => slices(long, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function slices(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  return Array.from({ length: Math.ceil(word.length / width) }, (_, i) =>
    word.slice(i * width, (i + 1) * width),
  );
}
