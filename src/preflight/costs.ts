/**
 * What connections and messages cost, as measured on a 2-core Linux 6 machine with Node 20 over loopback (bench/).
 * Other machines differ by some factor below two: what is derived from these is said as "about".
 */

/** Resident bytes of one held, subscribed connection in a worker, at 10,000 of them. */
export const CONNECTION_BYTES = { native: 6000, stompjs: 14_000 } as const;

/** The same in the embedded broker. */
export const BROKER_CONNECTION_BYTES = 10_000;

/** Slab memory of one idle TCP socket: sock, inode, dentry, file and epoll entries. */
export const KERNEL_SOCKET_BYTES = 4500;

/** Resident bytes of a Node process that has loaded stompede and does nothing. */
export const PROCESS_BYTES = 45_000_000;
/** What each worker thread adds to that. */
export const THREAD_BYTES = 10_000_000;

/** Kernel threads of a Node process: its own, V8's and libuv's. */
export const TASKS_OF_A_PROCESS = 12;

/** CPU from the first packet to the RECEIPT of SUBSCRIBE, microseconds. */
export const CONNECT_US = { native: 200, stompjs: 400 } as const;
export const BROKER_CONNECT_US = 250;

/** CPU of one delivered 100-byte message, microseconds. */
export const DELIVERY_US = { native: 12, stompjs: 18 } as const;
export const BROKER_DELIVERY_US = 10;

/** CPU of one SEND, microseconds. */
export const SEND_US = 15;
