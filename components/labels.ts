/** Labels of the platform's objects. Selectors hold only what never changes: a selector cannot be edited in place. */

export interface Identity {
  /** The system that the platform serves, e.g. a preset's name. */
  readonly system: string;
  readonly environment: string;
}

/** What objects belong to; the value of their `app` label, which clients, dashboards and runbooks select by. */
export type App = "kafka" | "kafka-controller" | "kafka-agent";

export type Labels = Readonly<Record<string, string>>;

/** Labels of one app's objects and pods; `extra` are the stack's own and never replace the program's. */
export function labels(app: App, { system, environment }: Identity, extra: Labels = {}): Labels {
  return {
    ...extra,
    ...selector(app),
    "app.kubernetes.io/name": app,
    "app.kubernetes.io/part-of": "kafka-platform",
    "app.kubernetes.io/managed-by": "pulumi",
    "kafka-platform/system": system,
    "kafka-platform/environment": environment,
  };
}

/** What selects one app's pods. */
export function selector(app: App): Labels {
  return { app };
}
