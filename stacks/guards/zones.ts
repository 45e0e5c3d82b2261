/** Zones: replicas were placed by them, and none moves when a broker says that it is elsewhere. */
import type { Finding } from "../settings/problem.ts";
import type { Settings } from "../settings/settings.ts";
import { CHANGE, type ChangeRule, ERROR, insteadOf, keep } from "./rule.ts";

type Zones = Settings["rackAwareness"];

const SWITCH = "rackAwareness.enabled";
const LIST = "rackAwareness.zones";
const EXPECTED = "the zones that the brokers have";
const AFTERWARDS = "a broker that really is elsewhere now has its replicas reassigned afterwards";

/** Where the brokers' zones come from. Switching it on makes no replica stand wrong: none was placed by a zone before. */
function sourceChanged(before: Zones, after: Zones): Finding | undefined {
  if (!after.enabled) {
    const found = insteadOf(false, true);
    return { path: SWITCH, found, expected: EXPECTED, remedy: `${keep(SWITCH, true)}, or allow this rule for a day` };
  }
  const [was, is] = [before, after].map(({ zones }) => (zones.length === 0 ? "those of the nodes" : "a list"));
  if (was === is) return undefined;
  return {
    path: LIST,
    found: `${is}, applied is ${was}`,
    expected: EXPECTED,
    remedy: `keep it; where both say the same of every broker, allow this rule for a day; ${AFTERWARDS}`,
  };
}

function brokerMoved(brokers: number, before: Zones, after: Zones): Finding | undefined {
  if (before.zones.length === 0 || after.zones.length === 0) return undefined;
  const zone = ({ zones }: Zones, broker: number) => zones[broker % zones.length];
  const moved = Array.from({ length: brokers }, (_, broker) => broker).find(
    (broker) => zone(before, broker) !== zone(after, broker),
  );
  if (moved === undefined) return undefined;
  return {
    path: LIST,
    found: `${insteadOf(zone(after, moved), zone(before, moved))} for broker ${moved}`,
    expected: `${EXPECTED}; further ones come after them`,
    remedy: `keep the order; ${AFTERWARDS}`,
  };
}

export const ZONE_CHANGE_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "zone-changed",
    severity: ERROR,
    summary: "A broker keeps its zone: replicas were placed by it, and none of them moves when it changes.",
    check: ({ kafka, rackAwareness: before }, { rackAwareness: after }) => {
      if (!before.enabled) return [];
      const finding = sourceChanged(before, after) ?? brokerMoved(kafka.replicas, before, after);
      return finding ? [finding] : [];
    },
  },
];
