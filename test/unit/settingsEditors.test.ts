/** The JSON Schema by which editors complete and check stack files. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { SCHEMA_FILE, stackFileSchema } from "../../stacks/settings/jsonSchema.ts";
import { isTree, type Tree } from "../../stacks/settings/path.ts";
import { schemaProblems } from "../support/jsonSchemaCheck.ts";

const STACKS = ["dev", "staging", "prod"] as const;

describe("settings for editors", () => {
  const schema = stackFileSchema();
  const problems = (config: Tree) => schemaProblems(schema, { config });

  it("stacks/stack.schema.json is made of today's schema", () => {
    assert.deepEqual(JSON.parse(readFileSync(SCHEMA_FILE, "utf8")), schema);
  });

  it("is draft 7, with no reference that an editor would have to fetch", () => {
    assert.equal(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert.doesNotMatch(JSON.stringify(schema), /"\$ref"|"\$defs"|"prefixItems"|"unevaluated/);
  });

  for (const stack of STACKS)
    it(`accepts Pulumi.${stack}.yaml`, () => {
      assert.deepEqual(schemaProblems(schema, parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8"))), []);
    });

  it("marks what the program refuses: unknown keys, wrong kinds, sizes that do not parse", () => {
    assert.deepEqual(problems({ "kafka-platform:kafak": {} }), ["config: kafka-platform:kafak"]);
    assert.deepEqual(problems({ "kafka-platform:kafka": { heep: "2g" } }), ["config.kafka-platform:kafka: heep"]);
    assert.deepEqual(problems({ "kafka-platform:kafka": { replicas: "3" } }), ["config.kafka-platform:kafka.replicas"]);
    assert.deepEqual(problems({ "kafka-platform:kafka": { storage: { data: "10GB" } } }), [
      "config.kafka-platform:kafka.storage.data",
    ]);
    assert.deepEqual(problems({ "kafka-platform:allowUnsafe": [{ rule: "x" }] }), [
      "config.kafka-platform:allowUnsafe",
    ]);
  });

  it("describes every key that has a value of its own", () => {
    const undescribed: string[] = [];
    const walk = (node: unknown, path: string) => {
      if (!isTree(node)) return;
      const nested = Array.isArray(node["anyOf"]) ? node["anyOf"] : [];
      for (const alternative of nested) walk(alternative, path);
      const properties = isTree(node["properties"]) ? Object.entries(node["properties"]) : [];
      for (const [key, property] of properties) {
        const own = isTree(property) && (property["description"] !== undefined || property["properties"] !== undefined);
        if (!own) undescribed.push(`${path}.${key}`);
        walk(property, `${path}.${key}`);
      }
    };
    const { config } = schema["properties"] as Record<string, Tree>;
    walk(config, "config");
    assert.deepEqual(undescribed, []);
  });

  it("leaves everything else optional, null included where it takes a value back", () => {
    const topics = { items: { "a.b": null, c: { retention: "7d" } } };
    const kafka = { heap: null, resources: { limits: { memory: null } }, config: { "a.b": 1, "c.d": null } };
    assert.deepEqual(
      problems({ "kafka-platform:topics": topics, "kafka-platform:kafka": kafka, "aws:region": "x" }),
      [],
    );
  });
});
