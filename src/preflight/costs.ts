/**
 * What connections and messages cost, as measured on a 2-core Linux 6 machine with Node 20 over loopback (bench/).
 * Other machines differ by some factor below two: what is derived from these is said as "about".
 */

/** Resident bytes of one held, subscribed connection in a worker, at 10,000 of them, without TLS. */
export const CONNECTION_BYTES = { native: 3500, stompjs: 14_000 } as const;
/** What TLS adds to that: the state of OpenSSL and its buffers, Node's TLSSocket and its streams. */
export const TLS_BYTES = 31_500;

/** A connection in the embedded broker, which has no TLS in a run. */
export const BROKER_CONNECTION_BYTES = 7700;

/** Slab memory of one idle TCP socket: sock, inode, dentry, file and epoll entries. */
export const KERNEL_SOCKET_BYTES = 4500;

/** Resident bytes of a Node process that has loaded stompede and does nothing. */
export const PROCESS_BYTES = 45_000_000;
/** What each worker thread adds to that, with the room that V8 makes for what is young. */
export const THREAD_BYTES = 25_000_000;

/** Kernel threads of a Node process: its own, V8's and libuv's. */
export const TASKS_OF_A_PROCESS = 12;

/** CPU from the first packet to the RECEIPT of SUBSCRIBE, microseconds, without TLS. */
export const CONNECT_US = { native: 130, stompjs: 400 } as const;
/** What the TLS handshake adds to that. */
export const TLS_CONNECT_US = 770;
export const BROKER_CONNECT_US = 170;

/** CPU of one delivered 100-byte message, microseconds. */
export const DELIVERY_US = { native: 8, stompjs: 18 } as const;
export const BROKER_DELIVERY_US = 8;

/** CPU of one SEND, microseconds. */
export const SEND_US = 15;
