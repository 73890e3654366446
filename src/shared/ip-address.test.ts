import { describe, expect, it } from 'vitest';
import { addressKind, sourcesFor } from './ip-address.js';

describe('addresses that connections to a target may start from', () => {
  const own = ['127.0.0.2', '192.0.2.7', '::1', '2001:db8::7'];

  it.each([
    ['192.0.2.1', ['192.0.2.7']],
    ['127.0.0.1', ['127.0.0.2', '192.0.2.7']],
    ['2001:db8::1', ['2001:db8::7']],
    ['::1', ['::1', '2001:db8::7']],
  ])('%s are of its family, and of the loopback network only where it is', (target, sources) => {
    expect(sourcesFor(addressKind(target), own)).toEqual(sources);
  });
});
