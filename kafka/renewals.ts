/**
 * Restarts over renewed certificates. A node's channel to the controllers keeps the certificate that the server started with,
 * in all releases up to 4.3.1 (KAFKA-20025): once that one has ended, what breaks a connection cuts the node off the quorum.
 * A member of a ZooKeeper ensemble keeps it everywhere: what reloads its files watches them by name, and the kubelet changes a link
 * beside them.
 */
import type { NodeCoordination } from "./coordination.ts";
import { certifiesEnsemble } from "./ensembleTls.ts";
import { listenerProtocols, type SecurityInput } from "./security.ts";

/** Name of the CronJob, and of its account and rights. */
export const renewalsName = (brokers: string): string => `${brokers}-renewals`;

type Security = Pick<SecurityInput, "security">;

/** Whether nodes show controllers a certificate. Behind passwords one that has ended does no harm. */
export const certificatesAtControllers = (input: Security): boolean => listenerProtocols(input).CONTROLLER === "SSL";

export interface NodesInput {
  readonly replicas: number;
  /** `ensemble`: a member of ZooKeeper's. */
  readonly node: NodeCoordination | "ensemble";
}

/**
 * The sets that hold on to a certificate: members of an ensemble, to which all brokers connect, and nodes that show one to
 * controllers, unless a single one of these has nobody to connect to.
 */
export function holdingSets<T extends NodesInput>(input: Security, sets: readonly T[]): T[] {
  const speaking = sets.filter(({ node, replicas }) => node !== "ensemble" && node !== "zookeeper" && replicas > 0);
  const alone = speaking.reduce((nodes, { replicas }) => nodes + replicas, 0) < 2;
  const holds = certificatesAtControllers(input) && !alone;
  return sets.filter((set) => (set.node === "ensemble" ? certifiesEnsemble(input) : holds && speaking.includes(set)));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The kubelet takes up to two minutes to bring a file, and some authorities date a certificate back by an hour, as AWS Private
 * CA does: a server that started within may have been given the older one.
 */
const SETTLE = HOUR + 15 * MINUTE;

/** Milliseconds. */
export interface RenewalTimes {
  /** How long after the start of a certificate nodes are left to restarts that come anyway. */
  readonly grace: number;
  /** How long after the start of a certificate a server may have been given the older one. */
  readonly settle: number;
}

/**
 * The older certificate goes on for `renewBefore`. Half of that is left to rolls and drains; the other half has several looks
 * in it, should one be missed or not get to its end.
 */
export function renewalTimes(renewBefore: number): RenewalTimes {
  const grace = Math.floor(renewBefore / 2);
  return { grace, settle: Math.min(SETTLE, grace) };
}

/** Cron schedule of the looks: by night, or more often where a day is too long. */
export function renewalSchedule(renewBefore: number): string {
  if (renewBefore >= 6 * DAY) return "43 3 * * *";
  return renewBefore >= 6 * HOUR ? "43 * * * *" : "*/5 * * * *";
}
