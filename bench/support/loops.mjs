// The clients that stompede is compared with: each a program that takes the options of bench/native/floor.c and prints
// the same line of JSON.
import path from 'node:path';
import { run } from './child.mjs';

const clients = path.resolve(import.meta.dirname, '../clients');

export function loops({ floor }) {
  return {
    floor: (options) => measured(floor, [], options),
    bare: (options) => measured(process.execPath, [path.join(clients, 'bare.mjs')], options),
    stompjs: (options) => measured(process.execPath, [path.join(clients, 'stompjs.mjs')], options),
  };
}

async function measured(program, before, options) {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return JSON.parse((await run(program, [...before, ...args])).stdout);
}

/** Resident kilobytes a connection, at the end of the hold less before the first. */
export function kilobytesOf({ residentBytesHeld, residentBytesBefore, connections }) {
  return (residentBytesHeld - residentBytesBefore) / 1024 / connections;
}
