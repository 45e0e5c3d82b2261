/** Names that data, pods and applications are found by. */
import { formatPath } from "../settings/path.ts";
import {
  CHANGE,
  type ChangeRule,
  changed,
  ERROR,
  type Fixed,
  insteadOf,
  isDedicated,
  isZookeeper,
  keep,
} from "./rule.ts";

const VOLUMES = "claims are named after it, so new pods would come up empty beside the old volumes";
const ADDRESS = "it is part of every node's address, and Kubernetes lets no StatefulSet change it";
const MOVE = "undo it; a cluster under another name is a new stack, to which data is mirrored";

const names = (key: string, why: string): Fixed => ({ path: ["names", key], why, remedy: MOVE });

export const IDENTITY_RULES: readonly ChangeRule[] = [
  {
    ...CHANGE,
    id: "identity-changed",
    severity: ERROR,
    summary: "Namespace, StatefulSets and headless Services keep their names: volumes and addresses hang on them.",
    check: (previous, next) =>
      changed(previous, next, [
        { path: ["namespace", "name"], why: "claims cannot move to another namespace", remedy: MOVE },
        names("brokers", VOLUMES),
        names("headless", ADDRESS),
        ...(isDedicated(previous) ? [names("controllers", VOLUMES), names("controllersHeadless", ADDRESS)] : []),
        ...(isZookeeper(previous) ? [names("zookeeper", VOLUMES)] : []),
      ]),
  },
  {
    ...CHANGE,
    id: "namespace-taken-over",
    severity: ERROR,
    summary: "A namespace that was adopted stays adopted: a stack deletes what it has made, and others may live there.",
    check: (previous, next) => {
      if (previous.namespace.create || !next.namespace.create) return [];
      const path = "namespace.create";
      return [
        {
          path,
          found: "true, applied is false",
          expected: "false: the namespace was there before the stack, and would now go with it",
          remedy: keep(path, false),
        },
      ];
    },
  },
  {
    ...CHANGE,
    id: "address-removed",
    severity: ERROR,
    summary: "What applications refer to stays: the client Service, its aliases, the clients' ConfigMap and Secret.",
    check: (previous, next) => {
      const why = "applications are configured with this name";
      const remedy = "keep the name; a further one is added by names.aliases";
      const gone = previous.names.aliases.filter((alias) => !next.names.aliases.includes(alias));
      return [
        ...changed(previous, next, [
          { path: ["names", "bootstrap"], why, remedy },
          { path: ["names", "client"], why, remedy: "keep the name" },
        ]),
        ...gone.map((alias) => ({
          path: "names.aliases",
          found: insteadOf(next.names.aliases.length === 0 ? null : next.names.aliases.join(", "), alias),
          expected: `${alias} among them: ${why}`,
          remedy: "move its clients away first; then allow this rule until a date",
        })),
      ];
    },
  },
  {
    ...CHANGE,
    id: "client-namespace-removed",
    severity: ERROR,
    summary: "A client namespace that the stack has made is not left out: everything in it would be deleted with it.",
    check: (previous, next) =>
      Object.entries(previous.clients.namespaces)
        .filter(([name, client]) => client.create === true && name !== previous.namespace.name)
        .filter(([name]) => !Object.hasOwn(next.clients.namespaces, name))
        .map(([name]) => {
          const path = formatPath(["clients", "namespaces", name]);
          return {
            path,
            found: "nothing, applied is a namespace that the stack has made",
            expected: "an entry: the namespace would go, with all that applications keep in it",
            remedy: `set ${path}.create=false first, which hands the namespace over; leave it out in the next up`,
          };
        }),
  },
];
