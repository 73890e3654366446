// Builds the C programs of this folder: node bench/native/build.mjs FOLDER prints where they are.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

const SHARED = ['accept-key.c', 'websocket.c', 'options.c'];
const PROGRAMS = {
  floor: ['floor.c', ...SHARED],
  sink: ['sink.c', 'sink-connection.c', 'sink-topics.c', 'sink-stomp.c', ...SHARED],
};

/** Compiles into `folder`; returns the path of each program by its name. Throws an Error when there is no C compiler. */
export function buildNative(folder) {
  mkdirSync(folder, { recursive: true });
  const paths = {};
  for (const [name, sources] of Object.entries(PROGRAMS)) {
    paths[name] = path.join(folder, name);
    const files = sources.map((source) => path.join(import.meta.dirname, source));
    const { error, status, stderr } = spawnSync('cc', [
      '-O2',
      '-Wall',
      '-Wextra',
      '-o',
      paths[name],
      ...files,
    ]);
    if (error?.code === 'ENOENT') {
      throw new Error('The floor and the sink are C programs: install a C compiler named cc (gcc or clang).');
    }
    if (status !== 0)
      throw new Error(`cc could not compile ${name}:\n${error?.message ?? stderr.toString()}`);
  }
  return paths;
}

if (process.argv[1] === import.meta.filename) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    console.error('Usage: node bench/native/build.mjs FOLDER');
    process.exitCode = 2;
  } else {
    for (const program of Object.values(buildNative(path.resolve(folder)))) console.log(program);
  }
}
