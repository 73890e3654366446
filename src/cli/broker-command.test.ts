import { describe, expect, it } from 'vitest';
import type { BrokerStats } from '../broker/server.js';
import type { Env } from '../shared/env.js';
import { brokerCommand, parseUsers, statsLine } from './broker-command.js';

class FakeEnv implements Env {
  readonly argv = [];
  readonly cwd = '/';
  readonly variables = {};
  readonly nodeVersion = 'v20.19.0';
  readonly pid = 1;
  output = '';
  readonly stdout = { write: (text: string) => (this.output += text) };
  readonly stderr = this.stdout;
  readonly #listeners = new Map<string, () => void>();

  onSignal(signal: 'SIGINT' | 'SIGTERM', listener: () => void): () => void {
    this.#listeners.set(signal, listener);
    return () => this.#listeners.delete(signal);
  }

  signal(signal: string): void {
    this.#listeners.get(signal)?.();
  }

  setExitCode(): void {
    throw new Error('the command has nothing to say about the exit code');
  }

  exitNow(): never {
    throw new Error('the command ends by itself');
  }
}

async function listening(env: FakeEnv): Promise<void> {
  while (!env.output.includes('\n')) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('stompede broker', () => {
  it.each(['SIGINT', 'SIGTERM'])('says where it listens, and ends in order on %s', async (signal) => {
    const env = new FakeEnv();
    const command = brokerCommand({ port: 0, host: '127.0.0.1', path: '/ws', processes: 1 }, env);
    await listening(env);
    expect(env.output).toMatch(/^listening on ws:\/\/127\.0\.0\.1:\d+\/ws {2}\(Ctrl-C stops\)\n$/);
    env.signal(signal);
    env.signal(signal);
    await expect(command).resolves.toBeUndefined();
  });

  it('fails with the reason when it cannot listen', async () => {
    const options = { port: 65_536, host: '127.0.0.1', path: '/ws', processes: 1 };
    await expect(brokerCommand(options, new FakeEnv())).rejects.toMatchObject({ code: 'broker-failed' });
  });

  it('has neither faults nor a ledger when it is several processes', async () => {
    const options = { port: 0, host: '127.0.0.1', path: '/ws', processes: 2, ledger: 'ledger.json' };
    await expect(brokerCommand(options, new FakeEnv())).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('--user', () => {
  it('is a login and a passcode, which may hold colons itself', () => {
    expect(parseUsers(['guest:a:b', 'root:'])).toEqual({ guest: 'a:b', root: '' });
    expect(parseUsers([])).toBeUndefined();
  });

  it('without a colon is a usage error that does not repeat it', () => {
    expect(() => parseUsers(['guest:ok', 'hunter2'])).toThrow(/^--user number 2 (?!.*hunter2)/);
  });
});

it('a line of stats has what is there and what went through in a second', () => {
  const before = { open: 1, subscriptions: 1, messagesIn: 10, deliveriesOut: 100 } as BrokerStats;
  const now = { open: 3, subscriptions: 2, messagesIn: 25, deliveriesOut: 5100 } as BrokerStats;
  expect(statsLine(before, now, 5)).toBe('open 3  subscriptions 2  in 3/s  out 1000/s');
});
