import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The page's own modules, each after those that it imports. */
const MODULES = [
  'format.js',
  'page/percentiles.js',
  'page/axes.js',
  'page/moments.js',
  'page/places.js',
  'page/selection.js',
  'page/elements.js',
  'page/keys.js',
  'page/slider.js',
  'page/plot.js',
  'page/reading.js',
  'page/legend.js',
  'page/figure-table.js',
  'page/panel.js',
  'page/figure.js',
  'page/picker.js',
  'page/failure-filter.js',
  'page/printing.js',
  'page/client.js',
] as const;

export interface PageAssets {
  readonly uplotScript: string;
  readonly uplotStyle: string;
  /** The page's modules as one classic script: inline modules could not import each other. */
  readonly clientScript: string;
}

/** Reads what every page has inlined. The files are part of the installation: a missing one is a broken install. */
export function readPageAssets(): PageAssets {
  const { resolve } = createRequire(import.meta.url);
  return {
    uplotScript: inlinable(readFileSync(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8')),
    uplotStyle: inlinable(readFileSync(resolve('uplot/dist/uPlot.min.css'), 'utf8')),
    clientScript: inlinable(joinModules(MODULES.map((name) => readFileSync(compiled(name), 'utf8')))),
  };
}

/**
 * Modules as one script. Of what tsc writes, only whole-line imports and the word `export` have to go; names
 * that two modules both declare would be a syntax error, which the tests would see.
 */
export function joinModules(modules: readonly string[]): string {
  const bodies = modules.map((text) =>
    text.replace(/^import [^;]*;$/gm, '').replace(/^export (?:\{\};$)?/gm, ''),
  );
  return `(() => {\n'use strict';\n${bodies.join('\n')}\n})();\n`;
}

/** The source expression by which a Content-Security-Policy allows exactly this inline text. */
export function cspHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

/** A browser reads CRLF as LF before it hashes; an inlined file must not end its own element. */
function inlinable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/<\/(?=script|style)/gi, '<\\/')
    .replace(/<!--/g, '<\\!--');
}

/** Beside this file once it is compiled; a test that runs the sources finds the last build. */
function compiled(name: string): string {
  const beside = new URL(name, import.meta.url);
  const built = new URL(`../../dist/src/report/${name}`, import.meta.url);
  return fileURLToPath(existsSync(beside) ? beside : built);
}
