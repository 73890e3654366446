export type StompVersion = '1.0' | '1.1' | '1.2';

/** How header text is read and written. Until CONNECTED has gone out no version is agreed, and nothing is escaped. */
export type Dialect = 'connecting' | StompVersion;

/** One frame of a client. Of a repeated header the first one is kept (STOMP 1.2, "Repeated Header Entries"). */
export interface Frame {
  readonly command: string;
  readonly headers: ReadonlyMap<string, string>;
  /** The frame's own copy: it may be kept. */
  readonly body: Buffer;
}

export const EMPTY_BODY = Buffer.alloc(0);
