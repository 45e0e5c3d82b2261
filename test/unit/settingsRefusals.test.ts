/** How refusals read, and what an override does to them. */
import assert from "node:assert/strict";
import { formatProblem, SettingsError } from "../../stacks/settings/load.ts";
import { load, problemsOf, rulesOf, TODAY } from "../support/settings.ts";

describe("settings refusals", () => {
  const BAD = {
    kafka: { replicas: 2, heep: "3g", storage: { data: "10GB" }, config: { "log.dirs": "/mnt" } },
    topics: { items: { "user.events": { partitions: 0 } } },
    agent: { image: "node" },
  };

  it("names every problem at once, readably", () => {
    assert.throws(
      () => load(BAD),
      (error) => {
        assert.ok(error instanceof SettingsError);
        assert.equal(
          error.message,
          [
            "4 problems in the settings",
            '[size-unparsable] kafka.storage.data: found "10GB", expected a size such as "500Gi", "512Mi" or "10G" — give kafka.storage.data a value of that form, or leave it out',
            '[unknown-key] kafka.heep: found heep: "3g", expected one of autoCreateTopics, compression, config, defaultPartitions, distribution, heap, image, ioThreads, jvmOptions, load, metadataVersion, minInSyncReplicas, networkThreads, rebalance, replicas, replicationFactor, resources, retention, retentionBytes, startupBudget, storage, terminationGrace, version — did you mean heap?',
            '[owned-broker-key] kafka.config["log.dirs"]: found "/mnt", expected nothing here, because the paths are those of the mounted volumes — use kafka.storage instead',
            '[partitions-not-positive] topics.items["user.events"].partitions: found 0, expected at least 1 — leave it out to inherit kafka.defaultPartitions (1)',
            "also worth a look",
            '[prod-latest-tag] agent.image: found "node", expected a tag other than latest, or a digest — name the release, e.g. docker.io/apache/kafka:4.3.1',
          ].join("\n"),
        );
        return true;
      },
    );
  });

  it("writes each problem on one line that a program can take apart", () => {
    const LINE = /^\[([a-z0-9-]+)\] (.+?): found (.*), expected (.*) — (.*)$/;
    for (const problem of problemsOf(BAD)) {
      const { rule, path } = problem;
      const [, ...parts] = LINE.exec(formatProblem(problem)) ?? [];
      assert.deepEqual(parts.slice(0, 2), [rule, path]);
    }
  });

  it("reads on where one value is wrong, so that the others are judged too", () => {
    const input = {
      kafka: { replicas: "many", minInSyncReplicas: 3 },
      namespace: "kafka",
      listeners: { client: { port: 80 } },
    };
    assert.deepEqual(rulesOf(input), ["invalid-value", "min-isr-not-below-rf"]);
    assert.deepEqual(
      problemsOf(input).map(({ path }) => path),
      ["namespace", "kafka.replicas", "listeners.client.port", "kafka.minInSyncReplicas"],
    );
  });

  it("refuses an unknown preset with the names of all", () => {
    const [problem] = problemsOf({ preset: "self-monitor" });
    assert.equal(problem?.path, "preset");
    assert.match(problem.expected, /selfmonitor, voicecore, llm-analytics-hub, amazon-api/);
  });

  it("survives a list, a number or nothing where a mapping belongs", () => {
    for (const value of [[], [1], 3, null, "text", true])
      assert.deepEqual(
        rulesOf({ topics: { items: value } }).filter((rule) => rule !== "invalid-value"),
        [],
      );
  });

  it("keeps an overridden rule visible as a warning with its reason", () => {
    const allowUnsafe = [{ rule: "prod-auto-create", reason: "an old client", until: "2027-01-31" }];
    const { warnings } = load({ environment: "prod", kafka: { autoCreateTopics: true }, allowUnsafe });
    const kept = warnings.find(({ rule }) => rule === "prod-auto-create");
    assert.equal(kept?.severity, "warning");
    assert.equal(kept.remedy, "allowed until 2027-01-31: an old client");
  });

  it("silences a warning that is overridden, and nothing once the date has passed", () => {
    const override = (until: string) => ({
      environment: "prod" as const,
      allowUnsafe: [{ rule: "prod-plaintext", reason: "a closed network", until }],
    });
    assert.deepEqual(rulesOf(override(TODAY)), []);
    assert.deepEqual(rulesOf(override("2026-11-20")), ["allow-unsafe-expired", "prod-plaintext"]);
  });
});
