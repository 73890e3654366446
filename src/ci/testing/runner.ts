/** A workflow command, as a runner of GitHub Actions takes it from a line of a step's output. */
export interface ReadCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const COMMANDS = [
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'add-mask',
  'add-path',
  'set-env',
  'set-output',
  'save-state',
  'echo',
  'stop-commands',
  'add-matcher',
];

/**
 * Every command that a runner would carry out in this output: both spellings, one at the beginning of a line, the other one
 * anywhere in it, and none between `stop-commands` and its token. Source: ActionCommand.cs and ActionCommandManager.cs of
 * actions/runner.
 */
export function commandsIn(output: string): readonly ReadCommand[] {
  const commands: ReadCommand[] = [];
  let stoppedBy: string | null = null;
  for (const line of output.split(/\r\n|\r|\n/)) {
    const known: readonly string[] = stoppedBy === null ? COMMANDS : [stoppedBy];
    const command = readNew(line, known) ?? readOld(line, known);
    if (command === null) continue;
    if (stoppedBy !== null) {
      stoppedBy = null;
    } else if (command.name === 'stop-commands') {
      stoppedBy = command.data;
    } else {
      commands.push(command);
    }
  }
  if (stoppedBy !== null) throw new Error('commands were stopped, and never resumed');
  return commands;
}

function readNew(line: string, known: readonly string[]): ReadCommand | null {
  const found = /^::(.*?)::(.*)$/s.exec(line.trimStart());
  if (found === null) return null;
  const [, info = '', data = ''] = found;
  return readCommand(info, ',', data, known);
}

function readOld(line: string, known: readonly string[]): ReadCommand | null {
  const found = /##\[(.*?)\](.*)$/s.exec(line);
  if (found === null) return null;
  const [, info = '', data = ''] = found;
  return readCommand(info, ';', data, known);
}

function readCommand(
  info: string,
  separator: string,
  data: string,
  known: readonly string[],
): ReadCommand | null {
  const blank = info.indexOf(' ');
  const name = blank < 0 ? info : info.slice(0, blank);
  if (!known.includes(name)) return null;
  const pairs = blank < 0 ? [] : info.slice(blank + 1).split(separator);
  const properties = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals), unescapeText(pair.slice(equals + 1))];
  });
  return { name, properties: Object.fromEntries(properties), data: unescapeText(data) };
}

function unescapeText(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}
