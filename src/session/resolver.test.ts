import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Resolution, Resolver } from './resolver.js';

const SECOND_US = 1_000_000;

function lookUp(resolver: Resolver, host: string): Promise<Resolution> {
  return new Promise((resolve) => {
    resolver.resolve(host, resolve);
  });
}

async function addressesOf(resolver: Resolver, host: string): Promise<readonly string[]> {
  const resolution = await lookUp(resolver, host);
  return resolution.ok ? resolution.addresses : [];
}

describe('Resolver', () => {
  it('finds the addresses of a name', async () => {
    const addresses = await addressesOf(new Resolver(() => 1), 'localhost');
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.every((address) => isIP(address) !== 0)).toBe(true);
  });

  it('says by its code why there is none, and does not remember that', async () => {
    const resolver = new Resolver(() => 1);
    const resolution = await lookUp(resolver, 'nonexistent.invalid');
    expect(resolution).toMatchObject({ ok: false, code: expect.stringMatching(/^E/) });
    expect(resolver.cached('nonexistent.invalid')).toBeUndefined();
  });

  it('keeps an answer for 30 seconds', async () => {
    let nowUs = 0;
    const resolver = new Resolver(() => nowUs);
    expect(resolver.cached('localhost')).toBeUndefined();
    const addresses = await addressesOf(resolver, 'localhost');
    nowUs = 30 * SECOND_US - 1;
    expect(resolver.cached('localhost')).toEqual(addresses);
    nowUs = 30 * SECOND_US;
    expect(resolver.cached('localhost')).toBeUndefined();
  });

  it('asks once for all who wait for the same name', async () => {
    const resolver = new Resolver(() => 1);
    const [first, second, other] = await Promise.all([
      lookUp(resolver, 'localhost'),
      lookUp(resolver, 'localhost'),
      lookUp(resolver, '127.0.0.1'),
    ]);
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });

  it('lets one who waits ask again at once', async () => {
    const resolver = new Resolver(() => 1);
    const second = await new Promise<Resolution>((resolve) => {
      resolver.resolve('localhost', () => resolver.resolve('localhost', resolve));
    });
    expect(second.ok).toBe(true);
  });

  it('puts first the address that answered, and knows no other than those of the name', async () => {
    let nowUs = 0;
    const resolver = new Resolver(() => nowUs);
    const addresses = await addressesOf(resolver, 'localhost');
    const last = addresses.at(-1)!;
    resolver.prefer('localhost', last);
    resolver.prefer('localhost', '192.0.2.1');
    resolver.prefer('never.asked', '192.0.2.1');
    const preferred = [last, ...addresses.slice(0, -1)];
    expect(resolver.cached('localhost')).toEqual(preferred);
    expect(resolver.cached('never.asked')).toBeUndefined();
    nowUs = 31 * SECOND_US;
    await lookUp(resolver, 'localhost');
    expect(resolver.cached('localhost')).toEqual(preferred);
  });
});
