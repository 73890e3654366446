import { readFileSync } from 'node:fs';
import { StompedeError } from '../shared/errors.js';

/** The composite action that comes with stompede, from the package's root above the sources and above the build. */
export function actionFile(): string {
  for (const up of ['../../', '../../../']) {
    try {
      return readFileSync(new URL(`${up}action.yml`, import.meta.url), 'utf8');
    } catch {
      // Not at this height.
    }
  }
  throw new StompedeError('internal', 'action.yml is not where it was installed');
}
