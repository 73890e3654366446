export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'note' | 'bad';
export type Styles = Readonly<Record<Style, (text: string) => string>>;

/** SGR codes to begin and end a style. Only the sixteen colours of every terminal: its user chose them to be legible. */
const SGR: Readonly<Record<Style, readonly [number, number] | null>> = {
  plain: null,
  strong: [1, 22],
  faint: [2, 22],
  good: [32, 39],
  note: [33, 39],
  bad: [31, 39],
};

/** Painters for a terminal, or such that paint nothing. */
export function styles(color: boolean): Styles {
  const painter =
    (style: Style) =>
    (text: string): string => {
      const codes = SGR[style];
      if (!color || codes === null || text === '') return text;
      return `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m`;
    };
  return {
    plain: painter('plain'),
    strong: painter('strong'),
    faint: painter('faint'),
    good: painter('good'),
    note: painter('note'),
    bad: painter('bad'),
  };
}
