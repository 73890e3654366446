// What measuring itself costs: stompede as it is, against stompede with a recorder and a ledger that do nothing.
import path from 'node:path';
import { Sinks } from '../support/sinks.mjs';
import { deliveryUs, openingUs, stompede } from '../support/stompede.mjs';
import { newRow } from '../support/table.mjs';
import { fanOut, opening } from './loads.mjs';

const OFF = `--import=${path.resolve(import.meta.dirname, '../support/recording-off.mjs')}`;
const OPENING = { connections: 5000, ratePerSec: 1500 };
const FAN_OUT = { connections: 1000, ratePerSec: 20, sizeBytes: 100, holdSec: 5 };

export async function recording(context) {
  return [
    newRow({
      id: 'recording.message',
      what: 'CPU for a delivery of 100 bytes, by recording switched off',
      unit: 'µs',
      ...(await measure(context, (sinks) => fanOut(sinks, FAN_OUT), deliveryUs)),
      against: 'off',
      bound: 1.1,
    }),
    newRow({
      id: 'recording.connection',
      what: 'CPU for a connection, by recording switched off',
      unit: 'µs',
      ...(await measure(context, (sinks) => opening(sinks, OPENING), openingUs)),
      against: 'off',
      bound: 1.1,
    }),
  ];
}

async function measure({ rounds, programs, scratch }, load, cost) {
  const samples = { own: [], other: [] };
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(samples)) {
      const isOff = name === 'other';
      const result = await Sinks.during(programs.sink, {}, (sinks) =>
        stompede(scratch, load(sinks).scenario, { nodeArgs: isOff ? [OFF] : [] }),
      );
      samples[name].push(cost(result));
    }
  }
  return samples;
}
