import { describe, expect, it } from 'vitest';
import type { Check } from '../model/check.js';
import { renderChecks } from './text-checks.js';

const GOOD: Check = { id: 'node', status: 'ok', found: 'v22.0.0', mend: null };
const TIGHT: Check = { id: 'memory', status: 'warn', found: 'about 1 GB', mend: 'client: native' };
const BAD: Check = { id: 'local-ports', status: 'fail', found: '500 of them', mend: 'sysctl -w a="1 2"' };
const PLAIN = { color: false, columns: 80 };

describe('checks as text', () => {
  it('are aligned, with what mends them below', () => {
    const text = renderChecks([{ title: 'Machine', checks: [GOOD, TIGHT, BAD] }], PLAIN);
    expect(text).toBe(
      [
        'Machine',
        '  ✓ node         v22.0.0',
        '  ! memory       about 1 GB',
        '                 → client: native',
        '  ✗ local-ports  500 of them',
        '                 → sysctl -w a="1 2"',
        '',
        '1 of 3 checks fails, 1 warns.',
        '',
      ].join('\n'),
    );
  });

  it('are summed up over all sections', () => {
    const sections = [
      { title: 'A', checks: [GOOD] },
      { title: 'B', checks: [GOOD, TIGHT, TIGHT], remarks: ['That is all.'] },
    ];
    const text = renderChecks(sections, PLAIN);
    expect(text).toContain('\n  That is all.\n');
    expect(text).toMatch(/\nAll 4 checks passed, 2 warn\.\n$/);
  });

  it('break what was found between words, and never what mends it', () => {
    const words = Array.from({ length: 40 }, (_, n) => `word${n}`).join(' ');
    const lines = renderChecks(
      [{ title: 'A', checks: [{ ...BAD, found: words, mend: words }] }],
      PLAIN,
    ).split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([`                 → ${words}`]);
    expect(lines.filter((line) => /word\d/.test(line)).length).toBeGreaterThan(3);
  });

  it('show what a target said and do not let it act', () => {
    const text = renderChecks(
      [{ title: 'A\u001b[2J', checks: [{ ...BAD, found: 'x\u001b[31m\u202e' }] }],
      PLAIN,
    );
    expect(text).not.toContain('\u001b');
    expect(text).toContain('x\\x1b[31m\\u202e');
  });

  it('have their marks in colour on a terminal only', () => {
    const sections = [{ title: 'A', checks: [BAD] }];
    expect(renderChecks(sections, { color: true, columns: 80 })).toContain('\u001b[31m✗\u001b[39m');
    expect(renderChecks(sections, PLAIN)).not.toContain('\u001b');
  });
});
