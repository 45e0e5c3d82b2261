/** Ports: listeners of one pod cannot share one. */
import { SIDECAR } from "../../../kafka/sidecar.ts";
import { ERROR, type Rule } from "./rule.ts";

/** Reserved for what other components open in the same pods or under the same Service. */
const RESERVED: Readonly<Record<number, string>> = {
  7071: "broker metrics",
  [SIDECAR.port]: "the sidecar",
};

export const LISTENER_RULES: readonly Rule[] = [
  {
    id: "listener-port-clash",
    severity: ERROR,
    overridable: false,
    summary: "Each listener has a port of its own, and none has that of the metrics (7071) or of the sidecar (9080).",
    check: ({ listeners, externalAccess }) => {
      const taken = new Map<number, string>(Object.entries(RESERVED).map(([port, user]) => [Number(port), user]));
      const inside = (["client", "replication", "controller"] as const).map((name) => ({
        path: `listeners.${name}.port`,
        port: listeners[name].port,
      }));
      const outside = externalAccess.enabled ? [{ path: "externalAccess.port", port: externalAccess.port }] : [];
      return [...inside, ...outside].flatMap(({ path, port }) => {
        const other = taken.get(port);
        taken.set(port, other ?? path);
        if (other === undefined) return [];
        return [{ path, found: `${port}, also of ${other}`, expected: "a port of its own", remedy: `change ${path}` }];
      });
    },
  },
];
