import { loadScenario, type LoadedScenario, type LoadOptions } from '../load.js';
import { ScenarioError } from '../problems.js';

/** Loads a scenario from a text, as the file `x.yaml`; `files` are what else may be read, by absolute path. */
export function loadText(
  text: string,
  options: Partial<LoadOptions> & { readonly files?: Readonly<Record<string, string>> } = {},
): LoadedScenario {
  const { files = {}, ...rest } = options;
  return loadScenario('x.yaml', {
    cwd: '/home/me',
    variables: {},
    set: [],
    readFile: (path) => {
      const found = path === '/home/me/x.yaml' ? text : files[path];
      if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return found;
    },
    ...rest,
  });
}

/** What the user is told; fails where the scenario is good. */
export function problemsOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error('the scenario is valid');
}
