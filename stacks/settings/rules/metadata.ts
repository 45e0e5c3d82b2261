/** Small texts that Kubernetes reads: labels, cron schedules, keys of ConfigMaps. */
import { formatPath } from "../path.ts";
import type { Settings } from "../settings.ts";
import { ERROR, type Rule } from "./rule.ts";

const LABEL_KEY = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const CONFIGMAP_KEY = /^[-._a-zA-Z0-9]{1,253}$/;
const CRON_FIELD = /^(?:\*|\d+(?:-\d+)?)(?:\/\d+)?(?:,(?:\*|\d+(?:-\d+)?)(?:\/\d+)?)*$/;

function labelMaps({
  labels,
  scheduling,
  clients,
  monitoring,
}: Settings): { path: string[]; map: Readonly<Record<string, string>> }[] {
  return [
    { path: ["labels"], map: labels },
    { path: ["scheduling", "nodeSelector"], map: scheduling.nodeSelector },
    { path: ["monitoring", "prometheus", "labels"], map: monitoring.prometheus.labels },
    ...Object.entries(clients.namespaces).map(([name, client]) => ({
      path: ["clients", "namespaces", name, "labels"],
      map: client.labels ?? {},
    })),
  ];
}

export const METADATA_RULES: readonly Rule[] = [
  {
    id: "label-invalid",
    severity: ERROR,
    overridable: false,
    summary:
      "Labels are such as Kubernetes accepts: 63 characters of letters, digits, - _ . with a letter or digit at both ends.",
    check: (settings) =>
      labelMaps(settings).flatMap(({ path, map }) =>
        Object.entries(map)
          .filter(([key, value]) => !LABEL_KEY.test(key) || !LABEL_VALUE.test(value))
          .map(([key, value]) => ({
            path: formatPath([...path, key]),
            found: JSON.stringify(value),
            expected: "a label of at most 63 letters, digits, - _ . with a letter or digit at both ends",
            remedy: "shorten or respell it",
          })),
      ),
  },
  {
    id: "schedule-invalid",
    severity: ERROR,
    overridable: false,
    summary: "A cron schedule has five fields.",
    check: ({ topics: { drift } }) => {
      if (drift.schedule === null) return [];
      const fields = drift.schedule.trim().split(/\s+/);
      if (fields.length === 5 && fields.every((field) => CRON_FIELD.test(field))) return [];
      return [
        {
          path: "topics.drift.schedule",
          found: JSON.stringify(drift.schedule),
          expected: 'five fields such as "23 * * * *" (minute hour day month weekday), or null',
          remedy: "write the schedule in that form",
        },
      ];
    },
  },
  {
    id: "client-env-invalid",
    severity: ERROR,
    overridable: false,
    summary: "Keys that a client namespace's ConfigMap gets are ones that a ConfigMap can have.",
    check: ({ clients }) =>
      Object.entries(clients.namespaces).flatMap(([name, { env = {} }]) =>
        Object.keys(env)
          .filter((key) => !CONFIGMAP_KEY.test(key))
          .map((key) => ({
            path: formatPath(["clients", "namespaces", name, "env", key]),
            found: JSON.stringify(key),
            expected: "letters, digits, - _ .",
            remedy: "respell the key",
          })),
      ),
  },
];
