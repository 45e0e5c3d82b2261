/** A recording as text that a reviewer can read: what each resource is, hangs on and asks for, without noise. */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { ordered, redact } from "../../deploy/render/manifests.ts";
import type { Recording } from "../../deploy/render/record.ts";
import { type RecordedOptions, type RecordedResource, unknown } from "../../deploy/render/registration.ts";

/** Longer text is shown by its digest: a script that changes is reviewed where it is written. */
const LONGEST = 3000;
/** What the stack's settings become is reviewed here, however long it is. */
const SHOWN = /\.properties$/;

/** Aliases that the Kubernetes SDK adds by itself: former API versions of the same kind. */
const OF_THE_SDK = /^\{"name":"","type":"kubernetes:/;

/** The resources of a recording by URN, then its outputs. */
export function goldenText(title: string, recording: Recording<unknown>): string {
  const { resources } = recording;
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const entries = resources
    .map((resource) => [qualified(resource, byUrn), entry(resource, resources)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const document = {
    resources: Object.fromEntries(entries),
    outputs: ordered({ ...recording.outputs, appliedShape: "[the settings]" }),
  };
  const text = stringify(document, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false });
  return `# What ${title} registers. \`npm run golden:update\` rewrites this file.\n${text}`;
}

/** `KafkaBrokers$StatefulSet::brokers-nodes`: the whole line of parents, as the engine's URN has it. */
function qualified(resource: RecordedResource, byUrn: ReadonlyMap<string, RecordedResource>): string {
  const types: string[] = [];
  for (let at: RecordedResource | undefined = resource; at; at = byUrn.get(at.options.parent)) types.unshift(at.type);
  return `${types.join("$")}::${resource.name}`;
}

function entry(resource: RecordedResource, resources: readonly RecordedResource[]): Record<string, unknown> {
  const inputs = shorten(redact(resource.inputs, "", resource.secrets));
  return {
    ...(resource.read ? { read: true } : {}),
    ...options(resource.options, resources),
    ...(Object.keys(resource.inputs).length > 0 ? { inputs: ordered(inputs) } : {}),
  };
}

/** Only what differs from Pulumi's defaults; dependencies by name, and a component's children as the component. */
function options(of: RecordedOptions, resources: readonly RecordedResource[]): Record<string, unknown> {
  const name = (urn: string) => urn.split("::").slice(3).join("::");
  const timeouts = Object.entries(of.customTimeouts).filter(([, time]) => time !== "");
  const all: Record<string, unknown> = {
    parent: of.parent.includes("pulumi:pulumi:Stack::") ? undefined : name(of.parent),
    provider: of.provider === "" ? undefined : of.provider.split("::").at(-2),
    dependsOn: components(of.dependsOn, of.parent, resources).map(name).sort(),
    protect: of.protect || undefined,
    retainOnDelete: of.retainOnDelete || undefined,
    deleteBeforeReplace: of.deleteBeforeReplace || undefined,
    ignoreChanges: of.ignoreChanges,
    replaceOnChanges: of.replaceOnChanges,
    additionalSecretOutputs: of.additionalSecretOutputs,
    aliases: of.aliases.filter((alias) => !OF_THE_SDK.test(alias)),
    customTimeouts: timeouts.length > 0 ? Object.fromEntries(timeouts) : undefined,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

/** Replaces the resources of a component by the component, where all of them are meant. */
function components(urns: readonly string[], self: string, resources: readonly RecordedResource[]): string[] {
  const meant = new Set(urns);
  const covered = new Set<string>();
  const whole = resources
    .filter(({ custom, urn }) => !custom && urn !== self)
    .filter(({ urn }) => {
      const children = descendants(urn, resources);
      const complete = children.length > 0 && children.every((child) => meant.has(child));
      if (complete) for (const child of children) covered.add(child);
      return complete;
    })
    .map(({ urn }) => urn);
  return [...urns.filter((urn) => !covered.has(urn)), ...whole];
}

function descendants(urn: string, resources: readonly RecordedResource[]): string[] {
  return resources
    .filter(({ options: { parent } }) => parent === urn)
    .flatMap((child) => (child.custom ? [child.urn] : descendants(child.urn, resources)));
}

function shorten(value: unknown, key = ""): unknown {
  if (value === unknown) return "[unknown]";
  if (typeof value === "string" && value.length > LONGEST && !SHOWN.test(key)) {
    return `[${value.length} characters, sha256 ${createHash("sha256").update(value).digest("hex").slice(0, 16)}]`;
  }
  if (Array.isArray(value)) return value.map((item) => shorten(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shorten(item, name)]));
}

/** The lines that differ, with the lines around them; the common start and end of the two texts are left out. */
export function lineDiff(expected: string, actual: string, context = 3): string {
  const [before, after] = [expected.split("\n"), actual.split("\n")];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < Math.min(before.length, after.length) - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  const mark = (sign: string, lines: readonly string[]) => lines.map((line) => `${sign} ${line}`);
  return [
    `@@ line ${start + 1}`,
    ...mark(" ", before.slice(Math.max(0, start - context), start)),
    ...mark("-", before.slice(start, before.length - end)),
    ...mark("+", after.slice(start, after.length - end)),
    ...mark(" ", before.slice(before.length - end, before.length - end + context)),
  ].join("\n");
}
