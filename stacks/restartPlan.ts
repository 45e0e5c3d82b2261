/** What a change does to the pods: which sets restart and because of which settings, what is applied live, what stays. */
import { type AppliedShape, completeShape, lineByPath, readShape, shapeText } from "./appliedShape.ts";
import { type PodSet, podSets } from "./podSets.ts";

export interface PodChange {
  readonly role: string;
  readonly name: string;
  /** Pods before and after; 0 where the set is new or goes. */
  readonly replicas: readonly [before: number, after: number];
  /** Whether every pod that stays is replaced, one at a time. */
  readonly restart: boolean;
  /** Why, setting by setting; empty without a restart. */
  readonly because: readonly string[];
  /** Broker properties that running pods take over. */
  readonly live: readonly string[];
}

/** Digest of the pod template by name of the StatefulSet: kept as an output, so that a new program's template is noticed. */
export type PodTemplates = Readonly<Record<string, string>>;

export const podTemplates = (settings: AppliedShape): PodTemplates =>
  Object.fromEntries(podSets(settings).map(({ name, digest }) => [name, digest]));

/**
 * What becomes of each set of pods.
 * @param text the settings that were applied last
 * @param templates what the pods were made of then; default what this program makes of those settings
 */
export function podChanges(text: string, next: AppliedShape, templates?: PodTemplates): PodChange[] {
  const previous = completeShape(text, next);
  const before = podSets(readShape(previous));
  const after = podSets(next);
  const roles = [...new Set([...before, ...after].map(({ role }) => role))];
  return roles.map((role): PodChange => {
    const [old, set] = [before.find((one) => one.role === role), after.find((one) => one.role === role)];
    const replicas = [old?.replicas ?? 0, set?.replicas ?? 0] as const;
    const name = set?.name ?? old?.name ?? role;
    if (!old || !set) return { role, name, replicas, restart: false, because: [], live: [] };
    const applied = templates?.[name] ?? old.digest;
    const restart = applied !== set.digest;
    const because = restart
      ? [...(old.digest === set.digest ? [] : causes(previous, next, old)), ...ofProgram(applied, old)]
      : [];
    return { role, name, replicas, restart, because, live: restart ? [] : moved(old.live, set.live) };
  });
}

const ofProgram = (applied: string, { digest }: PodSet): string[] =>
  applied === digest ? [] : ["this program makes other pods of the same settings than the one before it"];

/** Every setting whose change alone gives other pods, as `setting: old → new`. */
function causes(previous: string, next: AppliedShape, { role, digest }: PodSet): string[] {
  const [before, after] = [lineByPath(previous), lineByPath(shapeText(next))];
  const changed = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => !path.startsWith("topics.") && before.get(path) !== after.get(path))
    // The last entry of a map that goes leaves an empty one behind, and the first one takes its place.
    .filter((path) => ![before.get(path), after.get(path)].includes(`${path} = {}`))
    .sort();
  const alone = changed.filter((path) => {
    const line = after.get(path);
    const others = [...before].filter(([other]) => other !== path).map(([, other]) => other);
    return digestOf(line === undefined ? others : [...others, line], role) !== digest;
  });
  const value = (line: string | undefined) => line?.slice(line.indexOf(" = ") + 3) ?? "none";
  // Some settings only make sense together.
  return (alone.length > 0 ? alone : changed).map(
    (path) => `${path}: ${value(before.get(path))} → ${value(after.get(path))}`,
  );
}

/** Digest of a set's pods under settings that nobody may have checked; undefined where they make no sense. */
function digestOf(lines: readonly string[], role: string): string | undefined {
  try {
    return podSets(readShape(lines.join("\n"))).find((set) => set.role === role)?.digest;
  } catch {
    return undefined;
  }
}

function moved(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${key}: ${before.get(key) ?? "Kafka's default"} → ${after.get(key) ?? "Kafka's default"}`);
}

/** The plan in words, a line each; none where no pod is touched and nothing is applied live. */
export function planLines(changes: readonly PodChange[]): string[] {
  const idle = ({ restart, live, replicas: [before, after] }: PodChange) =>
    !restart && live.length === 0 && before === after;
  return changes.every(idle) ? [] : changes.flatMap(lines);
}

function lines({ role, name, replicas: [before, after], restart, because, live }: PodChange): string[] {
  const pods = (from: number, to: number) =>
    to - from === 1 ? `${name}-${from}` : `${name}-${from} to ${name}-${to - 1}`;
  const stay = Math.min(before, after);
  return [
    ...(after > before ? [`${role}: ${pods(before, after)} come up`] : []),
    ...(after < before ? [`${role}: ${pods(after, before)} go; their volumes stay`] : []),
    ...(restart
      ? [`${role}: ${pods(0, stay)} restart, one at a time, because of`, ...because.map((why) => `  ${why}`)]
      : []),
    ...(live.length > 0 ? [`${role}: no restart; taken over live`, ...live.map((key) => `  ${key}`)] : []),
    ...(!restart && live.length === 0 && before === after ? [`${role}: no restart`] : []),
  ];
}
