import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadText, problemsOf } from './testing/load-text.js';

type Addresses = readonly string[] | 'auto';

function addressesOf(written: string): Addresses {
  return loadText('target: ws://127.0.0.1/', { set: [`connect.localAddresses=${written}`] }).plan.connect
    .localAddresses;
}

describe('connect.localAddresses', () => {
  it.each<[string, Addresses]>([
    ['auto', 'auto'],
    ['127.0.0.2', ['127.0.0.2']],
    ['[127.0.0.2, 127.0.0.3]', ['127.0.0.2', '127.0.0.3']],
    ['10.0.0.0/30', ['10.0.0.1', '10.0.0.2']],
    ['10.0.0.6/31', ['10.0.0.6', '10.0.0.7']],
    ['10.0.0.255/32', ['10.0.0.255']],
    ['10.0.0.7/29', ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']],
    ['[127.0.0.2, 10.9.8.0/31]', ['127.0.0.2', '10.9.8.0', '10.9.8.1']],
    ['"2001:DB8:0:0::1"', ['2001:db8::1']],
    ['"2001:db8::/127"', ['2001:db8::', '2001:db8::1']],
    ['"2001:db8::fffe/126"', ['2001:db8::fffc', '2001:db8::fffd', '2001:db8::fffe', '2001:db8::ffff']],
    ['[]', []],
  ])('of %s are %j', (written, addresses) => {
    expect(addressesOf(written)).toEqual(addresses);
  });

  it('of a range of IPv4 are all addresses in it but the first and the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 30 }), fc.nat(255), fc.nat(255), (prefix, third, fourth) => {
        const addresses = addressesOf(`10.1.${third}.${fourth}/${prefix}`) as readonly string[];
        expect(addresses).toHaveLength(2 ** (32 - prefix) - 2);
        const values = addresses.map((address) =>
          address.split('.').reduce((value, part) => value * 256 + Number(part), 0),
        );
        const size = 2 ** (32 - prefix);
        const network = Math.floor((((10 * 256 + 1) * 256 + third) * 256 + fourth) / size) * size;
        expect(values).toEqual(values.map((_, i) => network + 1 + i));
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ['10.0.0', 'no address'],
    ['localhost', 'no address'],
    ['10.0.0.0/33', 'no prefix of "33" bits'],
    ['10.0.0.0/8/8', 'no address'],
    ['[127.0.0.2, 127.0.0.2]', '127.0.0.2 is in it twice'],
    ['[10.0.0.1, 10.0.0.0/30]', '10.0.0.1 is in it twice'],
    ['0.0.0.0', 'no connection can start from 0.0.0.0'],
    ['224.0.0.1', 'no connection can start from'],
    ['255.255.255.255', 'no connection can start from'],
    ['"::"', 'no connection can start from ::'],
    ['"fe80::1"', 'means nothing without its interface'],
    ['"::ffff:10.0.0.1"', 'an address of IPv4'],
    ['10.0.0.0/8', 'these are 16,777,214 addresses'],
    ['"2001:db8::/32"', 'far too many'],
    ['[10.0.0.0/20, 10.1.0.0/30, 10.2.0.0/30]', 'these are 2 addresses'],
    ['{ a: b }', 'an address is not a map'],
  ])('refuses %s: %s', (written, words) => {
    expect(problemsOf(() => addressesOf(written))).toContain(words);
  });

  it('says at which entry of a list a problem is', () => {
    const text = 'target: ws://127.0.0.1/\nconnect:\n  localAddresses:\n    - 127.0.0.2\n    - 127.0.0\n';
    expect(problemsOf(() => loadText(text))).toContain('x.yaml:5:7: connect.localAddresses[1]');
  });

  it('are for the native client', () => {
    const text = 'target: ws://127.0.0.1/\nclient: stompjs\nconnect: { localAddresses: auto }';
    expect(problemsOf(() => loadText(text))).toContain('x.yaml:3:28: connect.localAddresses');
  });
});
