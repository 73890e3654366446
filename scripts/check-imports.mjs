// The folder tree is the architecture: each room under src/ names the rooms that it may import from.
// A room always sees itself. Anything not listed is an arrow that nobody decided on, and fails the check.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ARROWS = {
  shared: [],
  model: [],
  scenario: ['thresholds', 'pacing', 'model', 'shared'],
  pacing: ['shared'],
  wire: ['shared'],
  metrics: ['model', 'shared'],
  thresholds: ['metrics', 'model', 'shared'],
  baseline: ['thresholds', 'metrics', 'model', 'shared'],
  session: ['wire', 'metrics', 'model', 'shared'],
  worker: ['health', 'session', 'pacing', 'metrics', 'model', 'shared'],
  machine: ['model', 'shared'],
  health: ['machine', 'model', 'shared'],
  preflight: ['scenario', 'machine', 'model', 'shared'],
  doctor: ['session', 'metrics', 'model', 'shared'],
  broker: ['model', 'shared'], // of model/ only the plan of its faults; nothing of wire/ or session/: it must not share a bug with the client
  run: [
    'worker',
    'health',
    'pacing',
    'metrics',
    'thresholds',
    'baseline',
    'preflight',
    'machine',
    'report',
    'broker',
    'model',
    'shared',
  ],
  report: ['model', 'shared'],
  ci: ['report', 'model', 'shared'],
  init: ['shared'],
  export: ['metrics', 'model', 'shared'],
  cli: [
    'scenario',
    'thresholds',
    'baseline',
    'run',
    'report',
    'export',
    'ci',
    'init',
    'broker',
    'preflight',
    'doctor',
    'machine',
    'model',
    'shared',
  ],
  '.': ['scenario', 'run', 'report', 'model', 'shared'],
};

const root = path.resolve(import.meta.dirname, '../src');
// Tests put rooms together that must not know of each other.
const isSource = (file) => file.endsWith('.ts') && !/\.test\.ts$|(^|\/)testing\//.test(file);
const files = readdirSync(root, { recursive: true }).filter(isSource);
const importPattern = /(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g;
const problems = [];

const roomOf = (file) => {
  const relative = path.relative(root, file);
  return relative.includes(path.sep) ? relative.split(path.sep)[0] : '.';
};

for (const file of files) {
  const from = path.join(root, file);
  const room = roomOf(from);
  const allowed = ARROWS[room];
  if (allowed === undefined) {
    problems.push(`src/${file}: the room "${room}" is not in scripts/check-imports.mjs`);
    continue;
  }
  const text = readFileSync(from, 'utf8');
  for (const [, specifier] of text.matchAll(importPattern)) {
    const target = roomOf(path.resolve(path.dirname(from), specifier));
    if (target === room || allowed.includes(target)) continue;
    const line = text.slice(0, text.indexOf(specifier)).split('\n').length;
    problems.push(`src/${file}:${line}: ${room} may not import from ${target} (${specifier})`);
  }
}

for (const problem of problems) console.error(problem);
console.log(`${files.length} files, ${problems.length} forbidden imports`);
process.exitCode = problems.length === 0 ? 0 : 1;
