/**
 * The gate that a node passes before it stops: it opens when the cluster can spare the node, for one node at a time, or when
 * everything stops, or when half of the time to stop is used up.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ahead, draw, type Ticket } from "./bakery.ts";
import { isNoAnswer } from "./line.ts";
import type { Outlook } from "./outlook.ts";
import { brokerHeld, controllerHeld, inQuestion, type PeerState, type Peers, standing } from "./rules.ts";
import { look, type Roster, type Sights, seenStopping, wholeStop } from "./wholeStop.ts";

export interface GateOptions {
  /** Milliseconds after which a stop is let through, safe or not. */
  readonly budget: number;
  readonly log: (line: string) => void;
  readonly now?: () => number;
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

export interface Gate {
  /** Resolves when the node may stop, with the reason. All that ask meanwhile wait for the same answer. */
  enter(): Promise<string>;
  /** What peers may know. */
  state(): Omit<PeerState, "serving">;
  /** Whether a stop was asked for. */
  readonly stopping: boolean;
  /** Told from time to time whether the server runs: one that came back in the same pod has its stop behind it. */
  observe(serving: boolean): void;
}

const BETWEEN_ROUNDS = 1_000;
const BETWEEN_TURNS = 200;
/**
 * The server is there but answers nothing, for longer than its cluster counts on a node that is silent: its stop takes nothing
 * away. A rush of connections is over by then; and whoever gets an answer, if only a refusal, has a server that lives.
 */
const SILENT = 30_000;
/** When everything stops, brokers need a controller for their own controlled stop. */
const BROKERS_FIRST = 15_000;
/** A broker that runs fetches metadata twice a second. */
const BROKER_SILENT = 3_000;
/** A leader that is not found once may be busy; so often in turn, and no broker finds one either. */
const NO_LEADER = 3;

type Verdict = { readonly pass: boolean; readonly why: string };
const pass = (why: string): Verdict => ({ pass: true, why });
const wait = (why: string): Verdict => ({ pass: false, why });

/** Whose silence holds a stop up has to be seen, or it is looked for in the wrong place. */
function unheard(all: Roster["all"], peers: Peers): string[] {
  const silent = [...all].filter((id) => !peers.has(id));
  return silent.length === 0 ? [] : [`no answer from the sidecars of nodes ${silent.join(", ")}`];
}

export function createGate(outlook: Outlook, options: GateOptions): Gate {
  const { id, broker, controller } = outlook.node;
  const { budget, log, now = Date.now, pause = sleep } = options;
  const ticket: Ticket = { choosing: false, number: 0 };
  let entered: Promise<string> | undefined;
  let passedAt: number | undefined;
  let wasDown = false;
  let sights: Sights = new Map();

  async function enter(): Promise<string> {
    const deadline = now() + budget;
    let silentSince: number | undefined;
    let said = "";
    for (;;) {
      let verdict: Verdict;
      try {
        verdict = await round(deadline);
        silentSince = undefined;
      } catch (error) {
        silentSince = isNoAnswer(error) ? (silentSince ?? now()) : undefined;
        const message = error instanceof Error ? error.message : String(error);
        const dead = silentSince !== undefined && now() - silentSince >= SILENT;
        verdict = dead ? pass(`its server does not answer: ${message}`) : wait(message);
      }
      if (!verdict.pass && now() >= deadline) verdict = pass(`time is up after ${budget / 1000} s: ${verdict.why}`);
      if (verdict.pass) {
        passedAt = now();
        log(`stop let through: ${verdict.why}`);
        return verdict.why;
      }
      if (verdict.why !== said) log(`stop waits: ${verdict.why}`);
      said = verdict.why;
      await pause(BETWEEN_ROUNDS);
    }
  }

  /** One try: a turn taken, the rule asked once. A node that it holds up goes to the end of the queue. */
  async function round(deadline: number): Promise<Verdict> {
    if (!(await outlook.serving())) return pass("its server is down already");
    const roster = await outlook.roster();
    const read = async (): Promise<Peers> => {
      const peers = await outlook.peers(roster.hosts);
      sights = look(sights, roster, peers, now());
      return peers;
    };
    const whole = (peers: Peers) => wholeStop(sights, peers, now());
    if (whole(await read()) || (roster.all.size === 0 && !broker)) return everythingStops(deadline);
    await draw(ticket, read);
    try {
      for (;;) {
        const peers = await read();
        if (whole(peers)) return await everythingStops(deadline);
        const first = ahead(id, ticket, peers);
        if (first.length === 0) return await judge(peers, roster);
        if (now() >= deadline) return wait(`nodes ${first.join(", ")} come first`);
        await pause(BETWEEN_TURNS);
      }
    } finally {
      ticket.number = 0;
    }
  }

  async function judge(peers: Peers, { all }: Roster): Promise<Verdict> {
    const up = standing(peers);
    const reasons: string[] = [];
    if (broker) {
      const { held } = await outlook.metadata();
      const topics = inQuestion(id, up, held);
      const minIsr = topics.length === 0 ? new Map<string, number>() : await outlook.minIsr(topics);
      reasons.push(...brokerHeld(id, up, held, minIsr));
    }
    if (controller) reasons.push(...controllerHeld(id, up, await outlook.quorum()));
    if (reasons.length > 0) return wait([...reasons, ...unheard(all, peers)].join("; "));
    // Before the turn is given up, so that the next one counts this node out.
    passedAt = now();
    return pass("the cluster can spare this node");
  }

  async function everythingStops(deadline: number): Promise<Verdict> {
    if (broker) return pass("all nodes are to stop");
    const until = Math.min(deadline, now() + BROKERS_FIRST);
    for (let missed = 0; now() < until; ) {
      const view = await outlook.quorum();
      missed = view ? 0 : missed + 1;
      const brokers = [...(view?.observers ?? [])].filter(([, silent]) => silent < BROKER_SILENT);
      if (missed >= NO_LEADER || (view && brokers.length === 0))
        return pass("no controller goes on, and no broker is left");
      await pause(BETWEEN_ROUNDS);
    }
    return pass("no controller goes on, and the brokers have had their time");
  }

  return {
    enter: () => (entered ??= enter()),
    state: () => ({
      id,
      ...ticket,
      stopping: entered !== undefined,
      passed: passedAt !== undefined,
      seen: seenStopping(sights),
    }),
    get stopping() {
      return entered !== undefined;
    },
    observe(serving) {
      if (passedAt === undefined) return;
      wasDown ||= !serving;
      // The pod's time to stop is over and it serves: whoever asked was not about to stop it.
      const cameBack = serving && (wasDown || now() - passedAt > 2 * budget);
      if (!cameBack) return;
      log("the server runs again: its stop is over");
      entered = undefined;
      passedAt = undefined;
      wasDown = false;
      sights = new Map();
    },
  };
}
