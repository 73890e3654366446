/** Something that belongs to a destination. Its `seat` is its place in the list of that destination. */
export interface Seated {
  readonly destination: string;
  seat: number;
}

interface Group<T> {
  readonly destination: string;
  place: number;
  readonly members: T[];
  next: number;
}

/** Who is subscribed now, so that somebody of another destination is found at once, however many there are. */
export class LiveSubscriptions<T extends Seated> {
  readonly #groups: Group<T>[] = [];
  readonly #byDestination = new Map<string, Group<T>>();
  #next = 0;

  add(subscription: T): void {
    const { destination } = subscription;
    let group = this.#byDestination.get(destination);
    if (group === undefined) {
      group = { destination, place: this.#groups.length, members: [], next: 0 };
      this.#groups.push(group);
      this.#byDestination.set(destination, group);
    }
    subscription.seat = group.members.length;
    group.members.push(subscription);
  }

  remove(subscription: T): void {
    const group = this.#byDestination.get(subscription.destination);
    if (group === undefined) return;
    const last = group.members.pop();
    if (last !== undefined && last !== subscription) {
      group.members[subscription.seat] = last;
      last.seat = subscription.seat;
    }
    if (group.members.length === 0) this.#removeGroup(group);
  }

  /** Somebody of another destination, of all of them in turn; undefined: there is nobody. */
  elsewhere(destination: string): T | undefined {
    const own = this.#byDestination.get(destination);
    if (this.#groups.length <= (own === undefined ? 0 : 1)) return undefined;
    let group = this.#groups[this.#next++ % this.#groups.length];
    if (group === own) group = this.#groups[this.#next++ % this.#groups.length];
    return group?.members[group.next++ % group.members.length];
  }

  #removeGroup(group: Group<T>): void {
    this.#byDestination.delete(group.destination);
    const last = this.#groups.pop();
    if (last === undefined || last === group) return;
    this.#groups[group.place] = last;
    last.place = group.place;
  }
}
