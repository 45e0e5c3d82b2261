/** The reference pages that follow from the code: every setting with its default, every rule. `npm run docs` writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import * as z from "zod";
import { FLOWS } from "../kafka/flows.ts";
import { CHANGE_RULES } from "../stacks/guards/table.ts";
import { loadSettings } from "../stacks/settings/load.ts";
import { IN_CLUSTER_RULES } from "../stacks/settings/rules/inCluster.ts";
import { READING_PROBLEMS, RULES, type Rule } from "../stacks/settings/rules/index.ts";
import { SettingsSchema } from "../stacks/settings/schema.ts";

/** The part of JSON Schema that the settings use. */
interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly minimum?: number;
}

interface Project {
  readonly config: Readonly<Record<string, { readonly description?: string }>>;
}

const MADE = "<!-- Made by `npm run docs`; not written by hand. -->";
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (...cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

/** Mappings inside `anyOf` (an object or null) and of free names (topics, namespaces) are walked too. */
function* leaves(path: string, schema: Schema): Generator<readonly [string, Schema]> {
  const branch = schema.anyOf?.find(({ properties }) => properties !== undefined);
  const { properties, additionalProperties } = branch ?? schema;
  const named = schema.anyOf?.find((one) => typeof one.additionalProperties === "object") ?? schema;
  const inner = additionalProperties ?? named.additionalProperties;
  const values = typeof inner === "object" ? (inner.anyOf?.find((one) => one.properties) ?? inner) : undefined;
  if (branch?.description ?? schema.description ?? (properties === undefined && !values?.properties)) {
    yield [path, { ...branch, ...schema }];
  }
  for (const [key, value] of Object.entries(properties ?? {}))
    yield* leaves(path === "" ? key : `${path}.${key}`, value);
  if (values?.properties) yield* leaves(`${path}.<name>`, { properties: values.properties });
}

function values({ enum: choices, type, anyOf, minimum, items }: Schema): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(", ");
  if (anyOf) return [...new Set(anyOf.map(values))].filter((text) => text !== "").join(" or ");
  if (type === undefined) return "";
  const name = Array.isArray(type) ? type.join(" or ") : String(type);
  const whole = name === "integer" ? "whole number" : name;
  return `${items ? `list of ${values(items)}s` : whole}${minimum !== undefined && minimum > 0 ? ` from ${minimum}` : ""}`;
}

/** Every key with what may be written and what a stack without a preset gets. */
export function settingsPage(): string {
  const schema = z.toJSONSchema(SettingsSchema, { io: "input", target: "draft-7" }) as Schema;
  const { settings } = loadSettings({}, { today: "2000-01-01" });
  const defaultOf = (path: string): string => {
    const value = path
      .split(".")
      .reduce<unknown>((tree, key) => (tree as Record<string, unknown> | null)?.[key], settings);
    return value === null || ["string", "number", "boolean"].includes(typeof value)
      ? `\`${JSON.stringify(value).replace(/^"|"$/g, "")}\``
      : "";
  };
  const project = parse(readFileSync(join(import.meta.dirname, "..", "Pulumi.yaml"), "utf8")) as Project;
  const sections = Object.entries(schema.properties ?? {}).map(([key, part]) => {
    const about = project.config[key]?.description ?? "";
    const rows = [...leaves(key, part)].map(([path, leaf]) =>
      row(`\`${path}\``, leaf.description ?? "", leaf.properties ? "" : values(leaf), defaultOf(path)),
    );
    return `## ${key}\n\n${about}\n\n| key | meaning | value | default |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Settings\n\n${MADE}\n
Every key of a stack file, below \`kafka-platform:\`. The default is that of a stack without a preset; what a stack really gets,
and from which layer, says \`npm run config -- explain <stack>\`. Sizes are written as Kubernetes writes them (\`500Gi\`), heaps as
the JVM does (\`8g\`), durations as a whole number with \`ms\`, \`s\`, \`m\`, \`h\`, \`d\` or \`w\` (\`7d\`).\n
${sections.join("\n")}`;
}

/** Every rule with what it does in either profile. */
export function rulesPage(): string {
  const rows = (rules: readonly Omit<Rule, "check">[]): string =>
    [...rules]
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .map(({ id, summary, severity: { development, production }, overridable }) =>
        row(`\`${id}\``, summary, development, production, overridable ? "yes" : "no"),
      )
      .join("\n");
  const reading = Object.entries(READING_PROBLEMS).map(([id, summary]) => row(`\`${id}\``, summary));
  const inCluster = IN_CLUSTER_RULES.map(({ id, summary }) => row(`\`${id}\``, summary));
  return `# Rules\n\n${MADE}\n
What a stack's settings must keep, checked by \`npm run config -- check <stack>\`, \`pulumi preview\` and \`pulumi up\` before anything
is touched. A rule that can be overridden is named in \`allowUnsafe\`, with a reason and a date.\n
| rule | demands | development | production | can be overridden |\n|---|---|---|---|---|\n${rows(RULES)}\n
## Changes\n
What a change must keep, checked against the settings that the stack was last brought up with (its output \`appliedShape\`), by
\`pulumi preview\` and \`pulumi up\` before anything is touched; a stack without that output has nothing to be compared with. An
override of such a rule needs the day on which it ends:\n
\`\`\`yaml
kafka-platform:allowUnsafe:
  - rule: listener-port-changed
    reason: nothing connects to this cluster yet
    until: 2027-01-31
\`\`\`\n
| rule | demands | development | production | can be overridden |\n|---|---|---|---|---|\n${rows(CHANGE_RULES)}\n
## While a file is read\n
Found while a file is read, before there are settings to look at; always errors:\n
| name | demands |\n|---|---|\n${reading.join("\n")}\n
## Of the running cluster\n
Asked of the running cluster, by a Job in front of a change; can be overridden:\n
| name | demands |\n|---|---|\n${inCluster.join("\n")}\n`;
}

const BESIDE: Readonly<Record<string, string>> = {
  true: " Only beside ZooKeeper.",
  plain: " Only while members keep something for whoever shows no certificate.",
};

/** Who may connect to whom. */
export function flowsPage(): string {
  const rows = FLOWS.map(({ from, to, ports, policy, withZooKeeper, why }) =>
    row(from.join(", "), to, ports.join(", "), `\`${policy}\``, `${why}${BESIDE[String(withZooKeeper)] ?? ""}`),
  );
  return `# Flows\n\n${MADE}\n
Every connection that the network policies let into the platform's pods (\`security.networkPolicies\`). A row counts as far as its
pods and ports exist. Pods are named by their label \`app\`; \`clients\`, \`prometheus\` and \`outside\` are told in
[guides/security.md](guides/security.md).\n
| from | to | ports | policy | why |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

export const PAGES: Readonly<Record<string, () => string>> = {
  "settings.md": settingsPage,
  "rules.md": rulesPage,
  "flows.md": flowsPage,
};

if (argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, page] of Object.entries(PAGES)) {
    writeFileSync(join(import.meta.dirname, file), page());
    console.log(`docs/${file}`);
  }
}
