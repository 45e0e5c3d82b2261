/** The Kubernetes provider, put together. */
import type { Change, Checked, Diff, Naming, Provider, Resource } from "../protocol.ts";
import { at, isMap, same, text, type Value, type Values } from "../values.ts";
import { awaiterOf } from "./await/wait.ts";
import { diff } from "./diff.ts";
import { activeCluster } from "./kubeconfig.ts";
import { annotate, autoname, normalise, parseCheckpoint, toObject } from "./objects.ts";
import { readObject, removeObject } from "./read.ts";
import { getLive, isNamespaced, isPatch, openSession, type Session, UNCONFIGURED } from "./session.ts";
import { readSettings, refusedSettings, type Settings } from "./settings.ts";
import { createObject, updateObject } from "./write.ts";

/** The kubeconfig's cluster entry; undefined where the kubeconfig cannot be read, which proves no move. */
function clusterOf(settings: Settings): Value | undefined {
  try {
    return activeCluster(settings.kubeconfig, settings.choice);
  } catch {
    return undefined;
  }
}

/** Another cluster replaces the provider, and with it everything in it; any other change updates it. */
export function diffConfig(olds: Values, news: Values): Diff {
  const [before, after] = [readSettings(olds), readSettings(news)];
  const [from, to] = [clusterOf(before), clusterOf(after)];
  const named = before.clusterIdentifier !== "" || after.clusterIdentifier !== "";
  const moved = named
    ? before.clusterIdentifier !== after.clusterIdentifier
    : from !== undefined && to !== undefined && !same(from, to);
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changed = [...keys].filter((key) => !same(olds[key], news[key]));
  const change: Change = { kind: "update", replace: moved };
  return { deleteBeforeReplace: false, changes: new Map(changed.map((key) => [key, change])) };
}

const failure = (news: Values, property: string, reason: string): Checked => ({
  inputs: news,
  failures: [{ property, reason }],
});

/** Completes the inputs: normal form, a name, the provider's namespace. */
async function check(session: Session, on: Resource, olds: Values, news: Values, naming: Naming): Promise<Checked> {
  const given = normalise(toObject(news));
  if (isPatch(on) && text(given, "metadata", "name") === "") {
    return failure(news, "metadata.name", "missing; a Patch resource must name the object that it patches");
  }
  if (at(given, "metadata", "generateName") !== undefined) {
    return failure(
      news,
      "metadata.generateName",
      "not supported with server-side apply; leave the name out for a generated one",
    );
  }
  const named = autoname(given, toObject(olds), on.name, naming);
  const { namespace } = session.settings;
  const placed =
    namespace === "" || text(named, "metadata", "namespace") !== "" || !(await isNamespaced(session, named));
  const metadata = isMap(named["metadata"]) ? named["metadata"] : {};
  return { inputs: annotate(placed ? named : { ...named, metadata: { ...metadata, namespace } }, news) };
}

/** A Job that asks to be replaced unless its last run succeeded, and whose last run did not. */
async function mustRunAgain(session: Session, inputs: Values, live: Values): Promise<boolean> {
  const asked = text(inputs, "metadata", "annotations", "pulumi.com/replaceUnready") === "true";
  if (!asked || inputs["kind"] !== "Job" || !session.client) return false;
  const now = await getLive(session, live).catch(() => undefined);
  return now !== undefined && awaiterOf(now)?.state(now, []).ready === false;
}

async function diffObject(
  session: Session,
  on: Resource,
  olds: Values,
  news: Values,
  ignore: readonly string[],
): Promise<Diff> {
  const { inputs, live } = parseCheckpoint(olds);
  const newInputs = normalise(toObject(news));
  return diff({
    oldInputs: normalise(inputs),
    live,
    newInputs,
    namespaced: await isNamespaced(session, newInputs),
    isPatch: isPatch(on),
    ignore,
    mutable: session.settings.mutable,
    runAgain: await mustRunAgain(session, newInputs, live),
  });
}

/** A provider that is not configured yet. */
export function makeProvider(): Provider {
  let session = UNCONFIGURED;
  return {
    version: "4.34.2",
    checkConfig: refusedSettings,
    diffConfig,
    configure: async (config, engine) => {
      session = await openSession(config, engine);
    },
    check: (on, olds, news, naming) => check(session, on, olds, news, naming),
    diff: (on, olds, news, ignore) => diffObject(session, on, olds, news, ignore),
    create: (on, inputs, timeout, preview) => createObject(session, on, inputs, timeout, preview),
    read: (on, id, inputs, state) => readObject(session, on, id, inputs, state),
    update: (on, request) => updateObject(session, on, request),
    remove: (on, id, state, timeout) => removeObject(session, on, id, state, timeout),
  };
}
