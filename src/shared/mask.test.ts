import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, maskPlan, maskUrl, Secrets, secretsOfHeader, secretsOfUrl } from './mask.js';

describe('Secrets.scrub', () => {
  it('leaves no secret in any text that contains it', () => {
    const secret = fc.string({ minLength: 3, maxLength: 20 }).filter((value) => !'***'.includes(value));
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, value, after) => {
        fc.pre(value !== 'guest' && !before.includes('*') && !after.includes('*') && !value.includes('*'));
        expect(new Secrets([value]).scrub(before + value + after)).not.toContain(value);
      }),
    );
  });

  it('finds a secret as a URL, JSON and a STOMP header spell it', () => {
    const secrets = new Secrets(['p:w/"x']);
    expect(secrets.scrub('?k=p%3Aw%2F%22x')).toBe('?k=***');
    expect(secrets.scrub(JSON.stringify({ k: 'p:w/"x' }))).toBe('{"k":"***"}');
    expect(secrets.scrub('passcode:p\\cw/"x')).toBe('passcode:***');
  });

  it('replaces the longest secret where one is the beginning of another', () => {
    expect(new Secrets(['hush', 'hushhush']).scrub('hushhush')).toBe('***');
  });

  it('leaves alone what is too short or known to everybody', () => {
    const secrets = new Secrets(['ab', '', 'guest']);
    expect(secrets.scrub('ab guest')).toBe('ab guest');
    expect(secrets.values).toEqual([]);
  });

  it('does the same after its values went to a worker', () => {
    const here = new Secrets(['s3cret/1', 's3cret/1']);
    const there = new Secrets(here.values);
    expect(there.scrub('s3cret/1 s3cret%2F1')).toBe(here.scrub('s3cret/1 s3cret%2F1'));
  });
});

describe('isSecretName', () => {
  it.each([
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'X-Api-Key',
    'x-amz-signature',
    'passcode',
    'sid',
  ])('takes %s for secret', (name) => expect(isSecretName(name)).toBe(true));

  it.each(['Origin', 'User-Agent', 'X-Forwarded-For', 'destination', 'monkey'])('shows %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('secretsOfHeader', () => {
  it('has the token without its scheme, for a server that quotes it alone', () => {
    expect(secretsOfHeader('Authorization', 'Bearer abc.def')).toContain('abc.def');
  });

  it('has the password inside Basic credentials', () => {
    const value = `Basic ${Buffer.from('alice:wonder:land').toString('base64')}`;
    expect(secretsOfHeader('authorization', value)).toContain('wonder:land');
  });

  it('has each value of a cookie', () => {
    expect(secretsOfHeader('Cookie', 'sid=abc; theme="dark"')).toEqual(
      expect.arrayContaining(['abc', 'dark']),
    );
  });

  it('has nothing for an ordinary header', () => {
    expect(secretsOfHeader('Origin', 'https://example.com')).toEqual([]);
  });
});

describe('URLs', () => {
  it('are shown without userinfo and secret parameters', () => {
    expect(maskUrl('wss://bob:pw@host/ws?room=1&access_token=xyz&sig=q')).toBe(
      'wss://***@host/ws?room=1&access_token=***&sig=***',
    );
  });

  it('are masked even where they are no URLs yet', () => {
    expect(maskUrl('bob:pw@host/ws')).toBe('***@host/ws');
    expect(maskUrl('//bob:p@w@host')).toBe('//***@host');
  });

  it('give their secrets as written, decoded, and as the Authorization header has them', () => {
    expect(secretsOfUrl('ws://bob:p%40ss@host/?token=a%2Fb')).toEqual(
      expect.arrayContaining(['p%40ss', 'p@ss', Buffer.from('bob:p@ss').toString('base64'), 'a%2Fb', 'a/b']),
    );
  });

  it('of the ordinary kind stay as they are, and have no secrets', () => {
    expect(maskUrl('ws://host:8080/ws?room=1')).toBe('ws://host:8080/ws?room=1');
    expect(secretsOfUrl('ws://host:8080/ws?room=1')).toEqual([]);
  });
});

describe('maskPlan', () => {
  const plan = {
    schema: 'stompede.plan/1',
    name: 'n hunter2',
    client: 'native',
    target: { urls: ['ws://u:hunter2@h/'], embedded: false },
    stomp: { host: 'hunter2', login: 'hunter2', passcode: 'hunter2', headers: { 'x-token': 'hunter2' } },
    connect: {
      headers: { Authorization: 'hunter2', Origin: 'o', client: 'hunter2' },
      subprotocols: ['v12.stomp', 'hunter2'],
      tls: { caPem: 'PEM hunter2', caFile: '/home/hunter2/ca.pem', servername: 'hunter2.example' },
    },
    subscribe: [{ destination: '/topic/hunter2', headers: { secret: 'hunter2', ack: 'hunter2' } }],
    publish: [
      {
        destination: 'hunter2',
        deliversTo: 'hunter2',
        body: 'b hunter2',
        contentType: 'text/plain; a=hunter2',
        headers: { a: 'hunter2' },
      },
    ],
    holdMs: 5000,
  };
  const secrets = new Secrets(['hunter2']);

  it('leaves no secret anywhere', () => {
    expect(JSON.stringify(maskPlan(plan, secrets))).not.toContain('hunter2');
  });

  it('keeps everything else, and the plan it was given', () => {
    const before = structuredClone(plan);
    const masked = maskPlan(plan, secrets);
    expect(masked.connect.headers.Origin).toBe('o');
    expect(masked.connect.subprotocols).toEqual(['v12.stomp', '***']);
    expect(masked.holdMs).toBe(5000);
    expect(plan).toEqual(before);
  });

  it('keeps the words of the plan itself, whatever secret is spelled like them', () => {
    const masked = maskPlan(plan, new Secrets(['native', 'stompede.plan/1']));
    expect([masked.schema, masked.client]).toEqual(['stompede.plan/1', 'native']);
  });

  it('says whether there was a passcode', () => {
    const none = { ...plan, stomp: { ...plan.stomp, passcode: null } };
    expect(maskPlan(none, secrets).stomp.passcode).toBeNull();
    expect(maskPlan(plan, new Secrets([])).stomp.passcode).toBe('***');
  });
});
