import { expect, test } from 'vitest';
import { commandsIn } from '../ci/testing/runner.js';
import { realEnv } from '../shared/env.js';
import { EXIT } from '../shared/exit-codes.js';
import { main } from './main.js';

/** What stderr has of a command that fails within itself, with a message that others could have a hand in. */
async function ownFault(
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly stderr: string; readonly exitCode: number | null }> {
  let [stderr, exitCode]: [string, number | null] = ['', null];
  await main({
    ...realEnv(),
    argv: ['validate', '--metrics'],
    variables,
    stdout: {
      write: () => {
        throw new RangeError('beyond\n::add-mask::stolen\n##[add-mask]stolen');
      },
    },
    stderr: { write: (text: string) => (stderr += text) },
    setExitCode: (code) => (exitCode = code),
  });
  return { stderr, exitCode };
}

test('a fault of stompede’s own is told with where it happened', async () => {
  const { stderr, exitCode } = await ownFault({});
  expect(exitCode).toBe(EXIT.ownFault);
  expect(stderr).toMatch(/^stompede: this is a fault of stompede's own: beyond\n/);
  expect(stderr).toMatch(/\n {4}at .*main\.test\.ts/);
});

test('a fault of stompede’s own is an error on GitHub Actions, and commands nothing else there', async () => {
  const { stderr, exitCode } = await ownFault({ GITHUB_ACTIONS: 'true' });
  expect(exitCode).toBe(EXIT.ownFault);
  expect(commandsIn(stderr)).toMatchObject([
    { name: 'error', data: expect.stringMatching(/^this is a fault of stompede's own: beyond\n/) },
  ]);
  expect(stderr).toMatch(/\n {4}at .*main\.test\.ts/);
});
