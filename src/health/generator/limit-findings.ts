import type { FailureKind } from '../../model/failures.js';
import type { Finding, FindingKind } from '../../model/findings.js';
import type { Nearest } from '../../model/health.js';
import { sharesMachine } from '../beside-target.js';
import type { Measured } from '../measured.js';
import { finding, percentOf } from './finding.js';

/** What a full collection leaves of a heap this near to its limit grows into it with the next connections. */
const HEAP_NEAR = 0.85;
/** A control group this full is about to be killed. */
const GROUP_NEAR = 0.95;

/** Limits of this machine that were reached: each is a failure that was the generator's own, or nearly one. */
export function limitFindings(measured: Measured): Finding[] {
  return [openFiles(measured), localPorts(measured), socketMemory(measured), memoryLimit(measured)].filter(
    (found) => found !== null,
  );
}

/** A worker's own word for its end when its heap was full (ERR_WORKER_OUT_OF_MEMORY). */
export function isOutOfMemory(reason: string): boolean {
  return /reaching memory limit|out of memory/i.test(reason);
}

function openFiles(measured: Measured): Finding | null {
  const failed = failedBy('local-files', measured);
  if (failed === 0) return null;
  const { openFiles: nearest } = measured.generator.health;
  const held = nearest === null ? '' : `; a process had up to ${nearest.used} files open of ${nearest.limit}`;
  return finding('open-files', 'critical', firstMs('local-files', measured), {
    text: `${failed} sockets could not be opened for want of a file descriptor${held}.`,
    values: { failed, ...valuesOf(nearest, 'openFiles', 'openFilesLimit') },
  });
}

function localPorts(measured: Measured): Finding | null {
  const failed = failedBy('local-ports', measured);
  if (failed === 0) return null;
  const { localPorts: range } = measured.environment;
  const { peakOpen } = measured.connections;
  const ports = range === null ? null : range[1] - range[0] + 1;
  const has = ports === null ? '' : `; at the start this machine had ${ports} for each address of a target`;
  return finding('local-ports', 'critical', firstMs('local-ports', measured), {
    text: `${failed} connections found no local port, with ${peakOpen} open at the most${has}.`,
    values: { failed, peakOpen, ...(ports === null ? {} : { ports }) },
  });
}

function socketMemory(measured: Measured): Finding | null {
  const failed = failedBy('local-memory', measured);
  const { tcpPages } = measured.generator.health;
  const pressed = tcpPages !== null && tcpPages.used >= tcpPages.limit;
  if (failed === 0 && !pressed) return null;
  const values = { failed, ...valuesOf(tcpPages, 'tcpPages', 'tcpPressurePages') };
  const used =
    tcpPages === null
      ? ''
      : ` TCP had ${tcpPages.used} pages of memory; from ${tcpPages.limit} on the kernel takes from its buffers.${sharedWith(measured)}`;
  return failed > 0
    ? finding('socket-memory', 'critical', firstMs('local-memory', measured), {
        text: `${failed} sockets failed for want of memory.${used}`,
        values,
      })
    : finding('socket-memory', 'warning', tcpPages?.atMs ?? 0, { text: used.trim(), values });
}

function memoryLimit(measured: Measured): Finding | null {
  const { heap, groupMemory, lostReasons } = measured.generator.health;
  const killed = lostReasons.filter(isOutOfMemory).length;
  const values = {
    ...valuesOf(heap, 'heapBytes', 'heapLimitBytes'),
    ...valuesOf(groupMemory, 'groupBytes', 'groupLimitBytes'),
  };
  const near = (kind: FindingKind, what: string, nearest: Nearest, whose = ''): Finding =>
    finding(kind, 'warning', nearest.atMs, {
      text: `${what} was ${percentOf(nearest.used / nearest.limit)} % full (${mb(nearest.used)} of ${mb(nearest.limit)} MB).${whose}`,
      values,
    });
  if (killed > 0) {
    const limit = heap === null ? '' : ` Its limit is ${mb(heap.limit)} MB.`;
    return finding('memory-limit', 'critical', firstMs('worker-lost', measured), {
      text: `The heap of ${killed === 1 ? 'a worker' : `${killed} workers`} was full, and Node ended it.${limit}`,
      values: { killed, ...values },
    });
  }
  if (isNear(heap, HEAP_NEAR))
    return near('memory-limit', 'After a full garbage collection the heap of a worker', heap);
  if (isNear(groupMemory, GROUP_NEAR))
    return near('memory-limit', "The container's memory", groupMemory, sharedWith(measured));
  return null;
}

/** Memory of the whole machine, or of all in one container, is not the generator's alone. */
function sharedWith({ plan }: Measured): string {
  return sharesMachine(plan)
    ? " The target on this machine has its part in that: it need not be the generator's."
    : '';
}

function isNear(nearest: Nearest | null, share: number): nearest is Nearest {
  return nearest !== null && nearest.used >= share * nearest.limit;
}

function failedBy(kind: FailureKind, { failures }: Measured): number {
  return failures.filter((row) => row.kind === kind).reduce((sum, { count }) => sum + count, 0);
}

/** When connections first failed of it; where only publishers did, or the rows don't tell, the start. */
export function firstMs(kind: FailureKind, { series }: Measured): number {
  const row = series.find(({ failures }) => (failures[kind] ?? 0) > 0);
  return (row?.atSec ?? 0) * 1000;
}

function valuesOf(nearest: Nearest | null, used: string, limit: string): Record<string, number> {
  return nearest === null ? {} : { [used]: nearest.used, [limit]: nearest.limit };
}

function mb(bytes: number): number {
  return Math.round(bytes / 1e6);
}
