import { readFileSync } from 'node:fs';

/** stompede's own version, from the package.json above the sources and above the build. */
export function ownVersion(): string {
  for (const up of ['../../', '../../../']) {
    try {
      const text = readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8');
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      if (name === 'stompede' && version !== undefined) return version;
    } catch {
      // Not at this height.
    }
  }
  return 'unknown';
}
