import type { MachineSample } from '../model/health.js';
import { numberOf } from './proc-text.js';

/** Pages that TCP has, from /proc/net/sockstat, against where the kernel presses and gives up (net.ipv4.tcp_mem, tcp(7)). */
export function parseTcpMemory(
  sockstat: string,
  tcpMem: string,
): Pick<MachineSample, 'tcpPages' | 'tcpPressurePages' | 'tcpLimitPages'> {
  const limits = /^\d+\s+(\d+)\s+(\d+)/.exec(tcpMem);
  return {
    tcpPages: numberOf(/^TCP:.* mem (\d+)/m.exec(sockstat)?.[1]),
    tcpPressurePages: numberOf(limits?.[1]),
    tcpLimitPages: numberOf(limits?.[2]),
  };
}
