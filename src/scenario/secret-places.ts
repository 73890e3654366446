import { isSecretName, MASK, maskUrl, Secrets, secretsOfHeader, secretsOfUrl } from '../shared/mask.js';
import type { Path } from './problems.js';
import { scalarsOf, type Tree } from './tree.js';

/** The values of everything that stands in a secret place: read from the tree, so that problems can be scrubbed too. */
export function secretsIn(tree: Tree): Secrets {
  const values: string[] = [];
  for (const [path, { text }] of scalarsOf(tree)) {
    if (text !== null) values.push(...secretsAt(path, text));
  }
  return new Secrets(values);
}

function secretsAt(path: Path, text: string): string[] {
  if (isPasscode(path)) return [text];
  if (path[0] === 'target') return [...secretsOfUrl(text), ...secretsOfUrl(canonical(text))];
  const name = headerName(path);
  return name === undefined ? [] : secretsOfHeader(name, text);
}

/** A value as a problem may quote it. */
export function maskAt(path: Path, text: string): string {
  const name = headerName(path);
  if (isPasscode(path) || (name !== undefined && isSecretName(name))) return MASK;
  return path[0] === 'target' ? maskUrl(text) : text;
}

function isPasscode(path: Path): boolean {
  return path[0] === 'stomp' && path[1] === 'passcode';
}

function headerName(path: Path): string | undefined {
  const name = path.at(-1);
  return path.at(-2) === 'headers' && typeof name === 'string' ? name : undefined;
}

function canonical(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url;
}
