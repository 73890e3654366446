import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../dist/bin/stompede.js', import.meta.url));

/** One `stompede …`, of the build. `heard` gets all that it has said by now whenever it says more. */
function start(args, heard = () => undefined) {
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
      heard(said);
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, ...said }));
  return { child, ended };
}

/** `stompede broker` with these faults, on a port that is free. Resolves once it listens. */
export async function startBroker(faults, folder, name) {
  const file = path.join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(faults));
  let listens = () => undefined;
  const url = new Promise((resolve) => (listens = resolve));
  const { child, ended } = start(['broker', '--port', '0', '--faults', file], ({ stdout }) => {
    const found = /listening on (\S+)/.exec(stdout)?.[1];
    if (found !== undefined) listens(found);
  });
  const early = ended.then(({ stderr }) => {
    throw new Error(`the broker has ended: ${stderr}`);
  });
  early.catch(() => undefined);
  return {
    url: await Promise.race([url, early]),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** `stompede run`; `signal` winds it up as a Ctrl-C does. */
export async function run(args, signal) {
  const { child, ended } = start(['run', ...args]);
  const stop = () => child.kill('SIGINT');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
