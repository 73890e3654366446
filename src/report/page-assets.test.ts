import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { cspHash, joinModules, readPageAssets } from './page-assets.js';

describe('readPageAssets', () => {
  const assets = readPageAssets();

  it.each([
    ['uPlot', assets.uplotScript],
    ['the page', assets.clientScript],
  ])('the script of %s is a classic script', (_, text) => {
    expect(() => new Script(text)).not.toThrow();
    expect(text).not.toMatch(/^\s*(?:import|export)\b/m);
  });

  it.each(Object.entries(assets))(
    '%s can be inlined: it neither ends its element nor reaches out',
    (_, text) => {
      expect(text).not.toMatch(/<\/(?:script|style)|<!--|\r/i);
      expect(text).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket\(|sendBeacon|@import|url\(/);
    },
  );

  it('nothing that the page writes is parsed as markup', () => {
    expect(assets.clientScript).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/,
    );
  });
});

describe('joinModules', () => {
  it('drops imports and exports, and keeps everything else in one scope of its own', () => {
    const joined = joinModules([
      'export const a = 1;\nexport function f() { return "export x"; }\n',
      "import { a, f } from './a.js';\nanswer(a + 1, f());\nexport {};\n",
    ]);
    expect(joined).toBe(
      '(() => {\n\'use strict\';\nconst a = 1;\nfunction f() { return "export x"; }\n\n\nanswer(a + 1, f());\n\n\n})();\n',
    );
  });
});

it('cspHash is what a browser computes', () => {
  // The example of the CSP specification, https://www.w3.org/TR/CSP3/ "hash-source".
  expect(cspHash("alert('Hello, world.');")).toBe("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='");
});
