/** Kafka nodes with their gates in one process, where a scheduler says what happens next. */
import fc from "fast-check";
import { createGate, type Gate } from "../../agent/sidecar/gate.ts";
import type { Outlook } from "../../agent/sidecar/outlook.ts";
import type { Replica } from "../../agent/sidecar/requests.ts";
import type { PeerState } from "../../agent/sidecar/rules.ts";

interface Partition {
  readonly topic: string;
  readonly replicas: readonly number[];
  readonly minIsr: number;
  isr: number[];
}
export interface Shape {
  readonly nodes: number;
  readonly partitions: readonly Partition[];
  /** Nodes whose sidecar never answers. */
  readonly silent: readonly number[];
  readonly stops: readonly number[];
}
export type Step = <T>(what: string, then: () => T) => Promise<T>;

/** Milliseconds that a stop may wait. */
export const BUDGET = 15_000;
export const SPARED = "the cluster can spare this node";

/** Brokers in one process; everything that crosses the network happens when `step` says so. */
export class GateModel {
  readonly shape: Shape;
  readonly verdicts = new Map<number, string>();
  readonly broken: string[] = [];
  readonly #step: Step;
  readonly #gates = new Map<number, Gate>();
  readonly #away = new Set<number>();
  readonly #down = new Set<number>();
  readonly #fenced = new Set<number>();
  #vanished: number | undefined;
  #clock = 0;

  constructor(shape: Shape, step: Step) {
    this.shape = shape;
    this.#step = step;
    for (let id = 0; id < shape.nodes; id += 1) this.#gates.set(id, this.#gate(id));
  }

  /** Asks nodes to stop; each that may leaves, and comes back after a while. */
  async run(): Promise<void> {
    await Promise.all(this.shape.stops.map((id) => this.#restart(id)));
  }

  async #restart(id: number): Promise<void> {
    if (this.#whole) await this.#step(`${id} is told to stop`, () => undefined);
    this.verdicts.set(id, (await this.#gates.get(id)?.enter()) ?? "");
    if (this.#whole) return this.#vanish(id);
    // At once by a controlled shutdown; else only when the broker registers anew.
    const left = this.#step(`${id} leaves the ISR`, () => {
      for (const partition of this.shape.partitions) partition.isr = partition.isr.filter((one) => one !== id);
      this.#fenced.add(id);
    });
    await this.#step(`${id} closes its port`, () => this.#down.add(id));
    await this.#step(`${id} is away`, () => this.#gates.delete(id));
    await this.#step(`${id} has a sidecar again`, () => this.#gates.set(id, this.#gate(id)));
    await left;
    await this.#step(`${id} opens its port`, () => {
      this.#down.delete(id);
      this.#fenced.delete(id);
    });
    await this.#step(`${id} is in sync again`, () => {
      this.#away.delete(id);
      for (const partition of this.shape.partitions) {
        if (partition.replicas.includes(id)) partition.isr = [...partition.isr, id];
      }
    });
  }

  /** The first that leaves is gone as soon as one that waits has seen it: others may not have been told yet. */
  async #vanish(id: number): Promise<void> {
    this.#vanished ??= id;
    if (this.#vanished !== id) return;
    const seen = () =>
      this.verdicts.size === this.shape.nodes ||
      [...this.#gates].some(([one, gate]) => !this.verdicts.has(one) && gate.state().seen.includes(id));
    while (!seen()) await this.#step(`${id} shuts down`, () => undefined);
    await this.#step(`${id} is gone`, () => {
      this.#gates.delete(id);
      this.#down.add(id);
      this.#fenced.add(id);
      for (const partition of this.shape.partitions) partition.isr = partition.isr.filter((one) => one !== id);
    });
  }

  #gate(id: number): Gate {
    const log = (line: string) => {
      if (!line.startsWith("stop let through")) return;
      if (!line.includes("time is up") && !this.#whole) this.#judge(id);
      this.#away.add(id);
    };
    return createGate(this.#outlook(id), {
      budget: BUDGET,
      log,
      now: () => this.#clock,
      pause: (ms) =>
        this.#step(`${id} pauses`, () => {
          this.#clock += ms / this.shape.nodes;
        }),
    });
  }

  /** Whether all nodes are to stop: nothing can be kept available then. */
  get #whole(): boolean {
    return this.shape.stops.length === this.shape.nodes;
  }

  /** What a pass before time is up must leave standing, by the truth and not by what the node has been told. */
  #judge(id: number): void {
    for (const { topic, replicas, minIsr, isr } of this.shape.partitions) {
      if (!isr.includes(id) || replicas.length <= minIsr) continue;
      const left = isr.filter((one) => one !== id && !this.#away.has(one));
      if (left.length < minIsr) this.broken.push(`${id} stops and leaves ${left.length} of ${minIsr} to ${topic}`);
    }
  }

  #outlook(id: number): Outlook {
    const ids = [...Array(this.shape.nodes).keys()];
    const address = { host: "localhost", port: 1 };
    const held = (): Replica[] =>
      this.shape.partitions
        .filter(({ replicas }) => replicas.includes(id))
        .map(({ topic, replicas, isr }) => ({ topic, partition: 0, leader: isr[0] ?? -1, replicas, isr: [...isr] }));
    return {
      node: { id, broker: address, controller: undefined, kraft: true, voters: new Map() },
      metadata: () => this.#step(`metadata of ${id}`, () => ({ brokers: new Map(), controller: 0, held: held() })),
      minIsr: (topics) =>
        this.#step(`configs of ${id}`, () => {
          const found = this.shape.partitions.filter(({ topic }) => topics.includes(topic));
          return new Map(found.map(({ topic, minIsr }) => [topic, minIsr]));
        }),
      added: () => Promise.resolve(new Set()),
      reload: () => Promise.resolve(),
      quorum: () => Promise.resolve(undefined),
      serving: () => this.#step(`port of ${id}`, () => !this.#down.has(id)),
      roster: () =>
        this.#step(`brokers by ${id}`, () => {
          const all = ids.filter((one) => one !== id);
          const counted = new Set(all.filter((one) => !this.#fenced.has(one)));
          return { hosts: new Map(all.map((one) => [one, String(one)])), counted, all: new Set(all) };
        }),
      peers: async (hosts) => {
        const answers = await Promise.all(
          [...hosts.keys()].map((peer) => this.#step(`${id} asks ${peer}`, () => this.#answer(peer))),
        );
        return new Map(answers.filter((state) => state !== undefined).map((state) => [state.id, state]));
      },
    };
  }

  #answer(id: number): PeerState | undefined {
    const gate = this.#gates.get(id);
    if (!gate || this.shape.silent.includes(id)) return undefined;
    return { ...gate.state(), serving: !this.#down.has(id) };
  }
}

/** @param spared how many nodes, from 0 on, nobody stops: with one at least no run is a whole stop */
export const shapes = ({ healthy, spared = 1 }: { healthy: boolean; spared?: number }): fc.Arbitrary<Shape> =>
  fc.integer({ min: 3, max: 5 }).chain((nodes) => {
    const ids = [...Array(nodes).keys()];
    const partition = fc.shuffledSubarray(ids, { minLength: healthy ? 3 : 1 }).chain((replicas) =>
      fc.record({
        replicas: fc.constant(replicas),
        minIsr: healthy ? fc.constant(2) : fc.integer({ min: 1, max: replicas.length }),
        isr: healthy ? fc.constant(replicas) : fc.shuffledSubarray(replicas, { minLength: 1 }),
      }),
    );
    return fc.record({
      nodes: fc.constant(nodes),
      partitions: fc
        .array(partition, { minLength: 1, maxLength: 4 })
        .map((all) => all.map((one, index) => ({ ...one, isr: [...one.isr], topic: `topic-${index}` }))),
      silent: healthy ? fc.constant([]) : fc.subarray(ids, { maxLength: 1 }),
      stops: fc.subarray(ids.slice(spared), { minLength: spared === 0 ? nodes : 2 }),
    });
  });
