import type { Machine } from '../../machine/machine.js';
import type { Check } from '../../model/check.js';
import { formatCount, rateText } from '../../shared/units.js';
import {
  BROKER_CONNECT_US,
  BROKER_DELIVERY_US,
  CONNECT_US,
  DELIVERY_US,
  SEND_US,
  TLS_CONNECT_US,
} from '../costs.js';
import type { Demand } from '../demand.js';
import { ok, warn } from './check.js';

/** Above this share of all CPUs, work waits for work. */
const BUSY = 0.7;
/** One an hour, the slowest rate that reads well. */
const SLOWEST_PER_SEC = 1 / 3600;

/**
 * CPU that arrivals and messages take, by what they were measured to cost, against the CPUs there are. Never a reason to
 * refuse: how fast this machine is can't be read anywhere, and a generator that was too slow is found when it runs.
 */
export function cores(demand: Demand, machine: Machine): Check {
  const id = 'cores';
  const { arriving, holding } = coresNeeded(demand);
  const there = machine.group.cpus === null ? machine.cores : Math.min(machine.cores, machine.group.cpus);
  const quota = there < machine.cores ? `, of which a control group allows ${figure(there)}` : '';
  const found = `${machine.cores} cores${quota}; about ${figure(arriving)} are busy while connections arrive and ${figure(holding)} while they are held${demand.embedded ? ', the embedded broker included' : ''}`;
  const usable = there * BUSY;
  if (Math.max(arriving, holding) <= usable) return ok(id, found);
  if (holding <= usable) return warn(id, found, `connect.rate: ${rateThatFits(demand, usable, holding)}/s`);
  const messagesPerSec = Math.max(SLOWEST_PER_SEC, (demand.messagesPerSec * usable) / holding);
  return warn(id, found, `publish[].rate: ${rateText(twoDigits(messagesPerSec))}, of all entries together`);
}

function rateThatFits(demand: Demand, usable: number, holding: number): number {
  return Math.max(1, Math.floor(((usable - holding / 2) * 1e6) / connectUsOf(demand)));
}

/** On average, where some have TLS. */
function connectUsOf({ client, embedded, sockets, destinations }: Demand): number {
  const tlsUs = (TLS_CONNECT_US * destinations.secureSockets) / sockets;
  return CONNECT_US[client] + tlsUs + (embedded ? BROKER_CONNECT_US : 0);
}

/** In CPUs. While connections arrive, those that are there get messages too: half of them on average. */
export function coresNeeded(demand: Demand): { readonly arriving: number; readonly holding: number } {
  const { client, embedded, sustainedConnectsPerSec, deliveriesPerSec, messagesPerSec } = demand;
  const connectUs = connectUsOf(demand);
  const deliveryUs = DELIVERY_US[client] + (embedded ? BROKER_DELIVERY_US : 0);
  const holding = (deliveriesPerSec * deliveryUs + messagesPerSec * SEND_US) / 1e6;
  return { arriving: (sustainedConnectsPerSec * connectUs) / 1e6 + holding / 2, holding };
}

function figure(value: number): string {
  return formatCount(Number(value.toPrecision(2)));
}

/** Rounded down, for it is the most that fits. */
function twoDigits(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}
