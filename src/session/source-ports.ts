/** Where one connection starts from: an address of this machine, and a local port that is to be tried. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

/** The part of the machine's addresses and ports that one worker has for itself: no other worker uses its ports. */
export interface SourceShare {
  readonly addresses: readonly string[];
  /** First and last. */
  readonly ports: readonly [number, number];
}
