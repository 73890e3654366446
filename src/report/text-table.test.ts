import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textTable, wrapText } from './text-table.js';

describe('textTable', () => {
  const rows = [
    [{ text: 'phase' }, { text: 'count' }],
    [{ text: 'tcp' }, { text: '1,000' }],
    [{ text: 'unsubscribe' }, { text: '7' }],
  ];

  it('aligns names to the left and figures to the right', () => {
    expect(textTable(rows, 80)).toEqual(['phase        count', 'tcp          1,000', 'unsubscribe      7']);
  });

  it('closes its gaps where it would be too wide', () => {
    expect(textTable(rows, 18)).toEqual(['phase       count', 'tcp         1,000', 'unsubscribe     7']);
  });

  it('pads before it paints, so that colour moves nothing', () => {
    const paint = (text: string): string => `<${text}>`;
    expect(
      textTable(
        [
          [{ text: 'a' }, { text: '1', paint }],
          [{ text: 'b' }, { text: '22' }],
        ],
        80,
      ),
    ).toEqual(['a  < 1>', 'b  22']);
  });
});

describe('wrapText', () => {
  it('keeps within the width and loses nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (text, width) => {
        const lines = wrapText(text, width);
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
