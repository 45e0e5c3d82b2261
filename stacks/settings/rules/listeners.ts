/** Ports: listeners of one pod cannot share one. */
import type { ListenerPorts } from "../../../kafka/listeners.ts";
import { SIDECAR } from "../../../kafka/sidecar.ts";
import { ERROR, type Rule } from "./rule.ts";

/** Reserved for what other components open in the same pods or under the same Service. */
const RESERVED: Readonly<Record<number, string>> = {
  7071: "broker metrics",
  [SIDECAR.port]: "the sidecar",
  [SIDECAR.gatePort]: "the sidecar's gate",
};

export const LISTENER_RULES: readonly Rule[] = [
  {
    id: "listener-port-clash",
    severity: ERROR,
    overridable: false,
    summary:
      "Each listener has a port of its own, and none has that of the metrics (7071) or of the sidecar (9080, 9081).",
    check: ({ listeners, externalAccess, security: { alongside } }) => {
      const taken = new Map<number, string>(Object.entries(RESERVED).map(([port, user]) => [Number(port), user]));
      const ports = (path: string, of: ListenerPorts) =>
        (["client", "replication", "controller"] as const).map((name) => ({
          path: `${path}.${name}.port`,
          port: of[name].port,
        }));
      const inside = [
        ...ports("listeners", listeners),
        ...(alongside ? ports("security.alongside.listeners", alongside.listeners) : []),
      ];
      const outside = externalAccess.enabled ? [{ path: "externalAccess.port", port: externalAccess.port }] : [];
      return [...inside, ...outside].flatMap(({ path, port }) => {
        const other = taken.get(port);
        taken.set(port, other ?? path);
        if (other === undefined) return [];
        return [{ path, found: `${port}, also of ${other}`, expected: "a port of its own", remedy: `change ${path}` }];
      });
    },
  },
  {
    id: "alongside-same-mode",
    severity: ERROR,
    overridable: false,
    summary: "Listeners alongside those in use have another security mode: for the same one there is nothing to go to.",
    check: ({ security: { mode, alongside } }) =>
      alongside?.mode === mode
        ? [
            {
              path: "security.alongside.mode",
              found: mode,
              expected: `another mode than security.mode=${mode}`,
              remedy: "set security.alongside=null, or its mode to the one that the stack goes to",
            },
          ]
        : [],
  },
  {
    id: "alongside-external-access",
    severity: ERROR,
    overridable: true,
    summary:
      "Clients outside have one listener, in the mode that is in use: changing it cuts them off until they change too.",
    check: ({ security: { alongside }, externalAccess }) =>
      alongside !== null && externalAccess.enabled
        ? [
            {
              path: "security.alongside",
              found: `mode ${alongside.mode}, with externalAccess.enabled`,
              expected: "no clients outside the cluster while the mode changes",
              remedy:
                "agree on the time of the up that changes security.mode with those who run these clients, and name alongside-external-access in allowUnsafe",
            },
          ]
        : [],
  },
];
