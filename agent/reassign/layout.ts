/** Replicas on brokers while a plan is made: counts that are kept up to date, so that ten thousands of moves stay quick. */

export interface BrokerPlace {
  readonly id: number;
  /** `broker.rack`; null where brokers have none. */
  readonly rack: string | null;
}

export interface Placement {
  readonly topic: string;
  readonly partition: number;
  /** Broker ids; the first is the preferred leader. */
  readonly replicas: readonly number[];
}

/** A partition's new replicas. */
export interface Move extends Placement {
  readonly from: readonly number[];
}

export class Layout {
  readonly #before: readonly Placement[];
  readonly #now: number[][];
  readonly #racks: ReadonlyMap<number, string | null>;
  readonly #load: Map<number, number>;
  /** Topics by number. */
  readonly #topicOf: readonly number[];
  readonly #anyRack: boolean;
  /** Partitions on each broker, by topic. */
  readonly #on: Map<number, Map<number, Set<number>>>;
  readonly #changed = new Set<number>();

  /** @param brokers those that may get replicas */
  constructor(placements: readonly Placement[], brokers: readonly BrokerPlace[]) {
    this.#before = placements;
    this.#now = placements.map(({ replicas }) => [...replicas]);
    this.#racks = new Map(brokers.map(({ id, rack }) => [id, rack]));
    this.#load = new Map(brokers.map(({ id }) => [id, 0]));
    this.#on = new Map(brokers.map(({ id }) => [id, new Map<number, Set<number>>()]));
    const topics = new Map<string, number>();
    for (const { topic } of placements) if (!topics.has(topic)) topics.set(topic, topics.size);
    this.#topicOf = placements.map(({ topic }) => topics.get(topic) ?? 0);
    this.#anyRack = brokers.some(({ rack }) => rack !== null);
    for (const [index, { replicas }] of placements.entries()) for (const id of replicas) this.#count(index, id, 1);
  }

  replicas(index: number): readonly number[] {
    return this.#now[index] ?? [];
  }

  /** Replicas on a broker. */
  load(id: number): number {
    return this.#load.get(id) ?? 0;
  }

  /** Ids, the emptiest broker first. */
  byLoad(): number[] {
    return [...this.#racks.keys()].sort((a, b) => this.load(a) - this.load(b) || a - b);
  }

  move(index: number, from: number, to: number): void {
    const replicas = this.#now[index];
    const at = replicas?.indexOf(from) ?? -1;
    if (!replicas || at < 0) return;
    replicas[at] = to;
    this.#count(index, from, -1);
    this.#count(index, to, 1);
    this.#changed.add(index);
  }

  /** The broker to take over from `from`: in a new rack where there is one, then the emptiest, then by its topic. */
  best(index: number, from: number): number | undefined {
    const replicas = this.replicas(index);
    const candidates = [...this.#racks.keys()].filter((id) => !replicas.includes(id));
    const cost = (id: number) =>
      [this.racksLost(index, from, id), this.load(id), this.#ofTopic(this.#topicOf[index] ?? 0, id), id] as const;
    return candidates.map((id) => ({ id, cost: cost(id) })).sort((a, b) => compare(a.cost, b.cost))[0]?.id;
  }

  /**
   * Of the partitions on `from`, the one to move to `to`: of the topic that is spread worst between the two, and within it
   * one that gains a rack; none that would leave a rack.
   */
  bestToMove(from: number, to: number): number | undefined {
    const gap = (topic: number) => this.#ofTopic(topic, from) - this.#ofTopic(topic, to);
    const topics = [...(this.#on.get(from)?.entries() ?? [])].filter(([, indexes]) => indexes.size > 0);
    for (const [, indexes] of topics.sort(([a], [b]) => gap(b) - gap(a) || a - b)) {
      let found: number | undefined;
      for (const index of indexes) {
        if (this.replicas(index).includes(to)) continue;
        const lost = this.racksLost(index, from, to);
        if (lost < 0) return index;
        if (lost === 0) found ??= index;
      }
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Racks that a partition loses by a move, less those that it gains. A broker that goes away counts for its rack no more. */
  racksLost(index: number, from: number, to: number): number {
    if (!this.#anyRack) return 0;
    const others = this.replicas(index).filter((id) => id !== from);
    const count = (ids: readonly number[]) =>
      new Set(ids.map((id) => this.#racks.get(id)).filter((rack) => rack !== undefined && rack !== null)).size;
    return count([...others, from]) - count([...others, to]);
  }

  /** Puts the replica first whose broker is the preferred leader of the fewest partitions, for these partitions only. */
  balanceLeaders(indexes: readonly number[]): void {
    const leads = new Map<number, number>();
    const add = (id: number | undefined, by: number) => {
      if (id !== undefined) leads.set(id, (leads.get(id) ?? 0) + by);
    };
    for (const [first] of this.#now) add(first, 1);
    for (const index of indexes) {
      const replicas = this.#now[index] ?? [];
      const [leader] = replicas;
      if (leader === undefined) continue;
      add(leader, -1);
      // On a tie the leader stays.
      const next = replicas.reduce((best, id) => ((leads.get(id) ?? 0) < (leads.get(best) ?? 0) ? id : best), leader);
      replicas[replicas.indexOf(next)] = leader;
      replicas[0] = next;
      add(next, 1);
    }
  }

  /** Indexes of the partitions that were moved. */
  changed(): number[] {
    return [...this.#changed];
  }

  /** What is other than at the beginning. */
  changes(): Move[] {
    return this.#before.flatMap(({ topic, partition, replicas: from }, index) => {
      const replicas = this.replicas(index);
      return replicas.join() === from.join() ? [] : [{ topic, partition, replicas, from }];
    });
  }

  #ofTopic(topic: number, id: number): number {
    return this.#on.get(id)?.get(topic)?.size ?? 0;
  }

  #count(index: number, id: number, by: number): void {
    const topics = this.#on.get(id);
    if (!topics) return;
    this.#load.set(id, this.load(id) + by);
    const topic = this.#topicOf[index] ?? 0;
    const indexes = topics.get(topic) ?? new Set();
    topics.set(topic, indexes);
    if (by > 0) indexes.add(index);
    else indexes.delete(index);
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}
