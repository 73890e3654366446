import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { messageOf, StompedeError } from '../../shared/errors.js';
import { Relay } from './relay.js';

/** Which of the processes of a broker one is. They are started one after the other. */
export interface Member {
  /** From 0, in the order in which they are started. */
  readonly index: number;
  readonly processes: number;
  /** Where the sockets are by which they find each other; nobody else may have access to it. */
  readonly folder: string;
}

/**
 * Resolves when this process has a link to each that was started before, over a Unix domain socket, and each of those
 * passes on to it what is published there. Those that are started later come by themselves. Rejects with
 * `broker-failed`.
 */
export async function joinMesh(member: Member): Promise<Relay> {
  const relay = new Relay(member.index);
  try {
    await awaitLater(member, relay);
    await findEarlier(member, relay);
    return relay;
  } catch (error) {
    relay.end();
    const message = `the broker's processes do not find each other: ${messageOf(error)}`;
    throw new StompedeError('broker-failed', message, { cause: error });
  }
}

async function findEarlier(member: Member, relay: Relay): Promise<void> {
  for (let index = 0; index < member.index; index++) {
    const socket = connect(socketOf(member, index));
    await once(socket, 'connect');
    await relay.add(socket).welcomed;
  }
}

/** Listens until all who come later have come. */
async function awaitLater(member: Member, relay: Relay): Promise<void> {
  let awaited = member.processes - 1 - member.index;
  if (awaited === 0) return;
  const server = createServer((socket) => {
    relay.add(socket).welcome();
    if (--awaited === 0) server.close();
  });
  server.listen(socketOf(member, member.index));
  await once(server, 'listening');
}

function socketOf({ folder }: Member, index: number): string {
  return path.join(folder, index.toString(36));
}
