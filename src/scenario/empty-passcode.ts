import { quoted, type Problem } from './problems.js';
import { nodeAt, placeText, type ScalarTree, type Tree } from './tree.js';

/**
 * A passcode that came out empty beside a login: CI systems set a variable to nothing where the secret behind it is not
 * there, and every connection would be refused for what is no fault of the target. `${PASS:-}` says that it may be.
 */
export function emptyPasscode(tree: Tree): readonly Problem[] {
  const login = scalarAt(tree, 'login');
  const passcode = scalarAt(tree, 'passcode');
  if (passcode === undefined || isFilled(passcode) || login === undefined || !isFilled(login)) return [];
  const name = /\$\{(\w+)\}/.exec(passcode.writtenAs ?? '')?.[1];
  if (name === undefined) return [];
  return [
    {
      where: placeText(passcode.place),
      path: 'stomp.passcode',
      found: `${quoted(passcode.writtenAs ?? '')}, which is empty`,
      message: 'there is a login, and no passcode for it',
      hint: `set ${name} (a CI system leaves it empty where it has no such secret), or write \${${name}:-} for none`,
    },
  ];
}

function scalarAt(tree: Tree, key: string): ScalarTree | undefined {
  const node = nodeAt(tree, ['stomp', key]);
  return node?.kind === 'scalar' ? node : undefined;
}

function isFilled({ text }: ScalarTree): boolean {
  return text !== null && text !== '';
}
