import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { xmlDocument } from './xml.js';

it('writes attributes, text and elements within elements', () => {
  const text = xmlDocument({
    name: 'a',
    attributes: { x: '1', none: undefined },
    content: [
      { name: 'b', attributes: {}, content: 'text' },
      { name: 'c', attributes: { y: '' }, content: [] },
    ],
  });
  expect(text).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<a x="1">\n  <b>text</b>\n  <c y=""/>\n</a>\n');
});

/** What anybody may have said. */
const said = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('<', '&', ']]>', '"', "'", '\r', '\n', '\t', 'a', '\u0000'),
    maxLength: 20,
  }),
);

it('is well-formed whatever it is made of', async () => {
  const xml = fc.sample(said, { seed: 5, numRuns: 60 }).map((text, i) => ({
    fileName: `${i}.xml`,
    contents: xmlDocument({ name: 'a', attributes: { x: text }, content: text }),
  }));
  expect((await validateXML({ xml, normalization: 'c14n' })).errors).toEqual([]);
});

it('reads back as what was put in, but for what XML forbids', () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseAttributeValue: false,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    processEntities: { enabled: true, maxTotalExpansions: 100_000 },
  });
  fc.assert(
    fc.property(said, (text) => {
      const xml = xmlDocument({
        name: 'a',
        attributes: {},
        content: [{ name: 'b', attributes: { x: text }, content: `[${text}]` }],
      });
      const read = parser.parse(xml) as { a: { b: { x: string; '#text': string } } };
      const allowed = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
      expect(read.a.b.x).toBe(allowed);
      expect(read.a.b['#text']).toBe(`[${allowed}]`);
    }),
  );
});
