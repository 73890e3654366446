/**
 * What went wrong, as whoever stood at the socket saw it: a code where there is one, text only as a sample for
 * people. classify.ts turns it into a failure kind.
 */
export type Fact =
  /** An error of the operating system, of Node or of TLS, by its code. */
  | {
      readonly type: 'system';
      readonly code: string;
      readonly message: string;
      /** Another address was tried after the one that it is of, which has seen nothing of that. */
      readonly ofEarlierAddress?: boolean;
    }
  | { readonly type: 'status'; readonly status: number; readonly reason: string }
  /** A 101 that RFC 6455 §4.1 tells the client to refuse. */
  | { readonly type: 'refusal'; readonly message: string }
  /** Bytes that break HTTP, RFC 6455 or STOMP. */
  | { readonly type: 'fault'; readonly code: string; readonly message: string }
  | { readonly type: 'error-frame'; readonly message: string }
  /** A Close frame, or the end of TCP without one (1006). */
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  | { readonly type: 'timeout'; readonly afterMs: number }
  /** Heart-beats were promised, and nothing came. */
  | { readonly type: 'silence'; readonly forMs: number };
