import { describe, expect, it } from 'vitest';
import { errorOnGitHub } from './github-error.js';
import { commandsIn } from './testing/runner.js';

const step = { summaryFile: null, workspace: '/repos/shop' };

describe('what stops a command before it has begun', () => {
  it('is an error at its line, where it has one', () => {
    const message = 'perf/chat.yaml:12:7: connect.rate: found "fast": no rate\n    write 500/s';
    expect(commandsIn(errorOnGitHub(message, step, step.workspace))).toEqual([
      {
        name: 'error',
        properties: { file: 'perf/chat.yaml', line: '12', col: '7', title: 'stompede' },
        data: message,
      },
    ]);
  });

  it('is an error without a place else', () => {
    const message = '--rate: found "x": no rate';
    const [command] = commandsIn(errorOnGitHub(message, step, step.workspace));
    expect(command).toMatchObject({ properties: { title: 'stompede' } });
  });

  it('commands nothing that it quotes', () => {
    const message = '##[add-mask]x\n::add-mask::y\n';
    expect(commandsIn(errorOnGitHub(message, step, step.workspace)).map(({ name }) => name)).toEqual([
      'error',
    ]);
  });
});
