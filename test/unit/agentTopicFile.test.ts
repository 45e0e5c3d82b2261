import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readTopicFolder } from "../../agent/reconcile/topicFolder.ts";
import { parseTopicFile, renderTopicFile, type TopicSpec } from "../../kafka/topicFile.ts";
import { topicSpec } from "../support/topicSpecs.ts";

const SPEC: TopicSpec = {
  name: "user.events",
  partitions: 12,
  replicationFactor: 3,
  config: { "retention.ms": "604800000", "cleanup.policy": "delete" },
  state: "present",
  recreate: false,
};

describe("topic file", () => {
  it("is sorted, one setting a line", () => {
    assert.equal(
      renderTopicFile(SPEC),
      "partitions=12\nreplication.factor=3\ncleanup.policy=delete\nretention.ms=604800000\n",
    );
  });

  it("writes state and recreate only where they say something", () => {
    assert.match(renderTopicFile({ ...SPEC, state: "absent", recreate: true }), /^state=absent\nrecreate=true$/m);
    assert.doesNotMatch(renderTopicFile(SPEC), /state|recreate/);
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(topicSpec(), (spec) => {
        assert.deepEqual(parseTopicFile(spec.name, renderTopicFile(spec)), spec);
      }),
    );
  });

  it("reads comments, blank lines and blanks around the equals sign", () => {
    const text = "# owned by identity\r\n\r\npartitions = 12\r\nreplication.factor=3\r\nretention.ms = 604800000\r\n";
    assert.deepEqual(parseTopicFile("user.events", text).config, { "retention.ms": "604800000" });
  });

  const minimal = "partitions=1\nreplication.factor=1\n";
  for (const [problem, name, text, message] of [
    ["no partitions", "t", "replication.factor=1\n", /^t: key partitions is missing/],
    ["partitions 0", "t", "partitions=0\nreplication.factor=1", /^t:1: found partitions=0, expected an integer from 1/],
    ["partitions as text", "t", "partitions=many\n", /^t:1: found partitions=many, expected an integer/],
    ["a factor over int16", "t", "partitions=1\nreplication.factor=40000", /^t:2: .* to 32767$/],
    ["a line that is no setting", "t", `${minimal}retention`, /^t:3: found "retention", expected key=value/],
    ["a key twice", "t", `${minimal}partitions=2`, /^t:3: key partitions was already set in line 1/],
    ["an unknown state", "t", `${minimal}state=gone`, /^t:3: found state=gone, expected present or absent/],
    ["recreate yes", "t", `${minimal}recreate=yes`, /^t:3: found recreate=yes, expected true or false/],
    ["a key with a blank", "t", `${minimal}retention ms=1`, /^t:3: found key "retention ms"/],
    ["a name with a slash", "a/b", minimal, /^a\/b: not a topic name/],
    ["the name ..", "..", minimal, /not a topic name/],
    ["a name of 250 letters", "a".repeat(250), minimal, /not a topic name/],
  ] as const) {
    it(`refuses ${problem}`, () => {
      assert.throws(() => parseTopicFile(name, text), { message });
    });
  }

  for (const [problem, config, message] of [
    ["a reserved key", { partitions: "3" }, /config key "partitions"/],
    ["a value of two lines", { "cleanup.policy": "a\nb" }, /expected one line/],
  ] as const) {
    it(`does not write ${problem} as a config`, () => {
      assert.throws(() => renderTopicFile({ ...SPEC, config }), { message });
    });
  }
});

describe("topic folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "topics-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("reads a mounted ConfigMap past the kubelet's own entries", () => {
    mkdirSync(join(folder, "..2026_01_01"));
    writeFileSync(join(folder, "..2026_01_01", "user.events"), renderTopicFile(SPEC));
    symlinkSync("..2026_01_01", join(folder, "..data"));
    symlinkSync(join("..data", "user.events"), join(folder, "user.events"));
    assert.deepEqual(readTopicFolder(folder), [SPEC]);
  });

  it("reports the problems of all files at once", () => {
    writeFileSync(join(folder, "a"), "partitions=0\nreplication.factor=1\n");
    writeFileSync(join(folder, "b"), "replication.factor=1\n");
    assert.throws(() => readTopicFolder(folder), { message: /^a:1: .*\nb: key partitions is missing/ });
  });
});
