/** What a node can learn of itself and of its peers. */
import { get } from "node:http";
import { SIDECAR } from "../../kafka/sidecar.ts";
import { ask, listens } from "./ask.ts";
import type { KafkaNode } from "./node.ts";
import { addedTo, type Metadata, metadataOf, minIsrOf, type Quorum, quorum, setAgain } from "./requests.ts";
import { type PeerState, type Peers, QUORUM_LAG } from "./rules.ts";
import type { Roster } from "./wholeStop.ts";

export interface Outlook {
  readonly node: KafkaNode;
  /** The cluster as the own broker knows it; rejects where that does not answer. */
  metadata(): Promise<Metadata>;
  /** `topic-partition` of the replicas that the broker is only being given. */
  added(metadata: Metadata): Promise<ReadonlySet<string>>;
  /** min.insync.replicas of topics. */
  minIsr(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The metadata quorum as its leader sees it; undefined where no voter says that it leads. */
  quorum(): Promise<Quorum | undefined>;
  /** Makes the own server read its certificates again. */
  reload(): Promise<void>;
  /** Whether the own server accepts connections; rejects where it neither does nor refuses them. */
  serving(): Promise<boolean>;
  /** The nodes that a stop of this one has to be agreed with. */
  roster(): Promise<Roster>;
  /** Asks the sidecars of peers; one that does not answer in time is left out. */
  peers(hosts: ReadonlyMap<number, string>): Promise<Peers>;
}

/** Milliseconds that a peer's sidecar gets. */
const PEER_TIMEOUT = 1_500;
/** A voter that does not answer must not use up the time of the one that leads. */
const VOTER_TIMEOUT = QUORUM_LAG / 2;

/** @param port of every sidecar; default {@link SIDECAR} */
export function lookOut(node: KafkaNode, port: number = SIDECAR.port): Outlook {
  const own = node.broker ?? node.controller;
  let lastLeader = node.id;

  /** The one that led last comes first. */
  const votersByTurn = () => [...node.voters].sort(([a], [b]) => Number(b === lastLeader) - Number(a === lastLeader));
  const broker = () => {
    if (!node.broker) throw new Error(`node ${node.id} is no broker`);
    return node.broker;
  };
  const controllerOf = (brokers: Metadata["brokers"], controller: number) => {
    const address = node.kraft ? undefined : brokers.get(controller);
    return address && { ...address, ...node.peers };
  };
  /** Also of brokers that restart: they are not in the metadata, and their sidecars answer all the same. */
  const addresses = new Map([...node.voters].map(([id, { host }]) => [id, host]));
  const metadata = async () => {
    const found = await ask(broker(), metadataOf(node.id));
    for (const [id, { host }] of found.brokers) addresses.set(id, host);
    return found;
  };
  /** Voters that keep up, as the last leader had it: without one, nobody can tell. */
  let following: ReadonlySet<number> = new Set(node.voters.keys());
  const view = async () => {
    for (const [id, address] of votersByTurn()) {
      const found = await ask(address, quorum(), VOTER_TIMEOUT).catch(() => undefined);
      if (found?.leader !== id) continue;
      lastLeader = id;
      following = new Set([...found.lag].filter(([, lag]) => lag <= QUORUM_LAG).map(([voter]) => voter));
      return found;
    }
    return undefined;
  };

  return {
    node,
    metadata,
    added: ({ brokers, controller }) =>
      // With ZooKeeper only the controller knows; a KRaft broker asks it by itself.
      ask(controllerOf(brokers, controller) ?? broker(), addedTo(node.id)),
    minIsr: (topics) => ask(broker(), minIsrOf(topics)),
    quorum: view,
    reload: async () => {
      const request = setAgain(node.id, node.certificates?.keys ?? {});
      if (node.broker) return ask(node.broker, request);
      // The controller that leads is the one that takes it.
      const refusals: string[] = [];
      for (const [, address] of votersByTurn()) {
        const refusal = await ask(address, request, VOTER_TIMEOUT).then(
          () => undefined,
          (error: unknown) => String(error),
        );
        if (refusal === undefined) return;
        refusals.push(refusal);
      }
      throw new Error(refusals.join("; "));
    },
    serving: async () => own !== undefined && listens(own),
    roster: async () => {
      const known = node.broker ? await metadata() : undefined;
      if (!known) await view();
      const counted = known ? new Set(known.brokers.keys()) : following;
      const voters = node.controller ? node.voters.keys() : [];
      const holders = known?.held.flatMap(({ replicas }) => replicas) ?? [];
      const all = new Set([...voters, ...counted, ...holders].filter((id) => id !== node.id));
      return { hosts: new Map([...addresses].filter(([id]) => all.has(id))), counted, all };
    },
    peers: async (hosts) => {
      const states = await Promise.all([...hosts].map(([id, host]) => peerState(id, host, port)));
      return new Map(states.filter((state) => state !== undefined).map((state) => [state.id, state]));
    },
  };
}

function peerState(id: number, host: string, port: number): Promise<PeerState | undefined> {
  return new Promise((resolve) => {
    const none = () => {
      resolve(undefined);
    };
    const request = get({ host, port, path: SIDECAR.paths.state, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("error", none);
      response.on("end", () => {
        resolve(readState(id, body));
      });
    });
    request.setTimeout(PEER_TIMEOUT, () => request.destroy());
    request.on("error", none);
    request.on("close", none);
  });
}

/** Undefined where the answer is another node's, or none. */
function readState(id: number, body: string): PeerState | undefined {
  try {
    const state = JSON.parse(body) as PeerState;
    return state.id === id ? state : undefined;
  } catch {
    return undefined;
  }
}
