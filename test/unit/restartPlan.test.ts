import assert from "node:assert/strict";
import { completeShape, readShape, shapeText } from "../../stacks/appliedShape.ts";
import { planLines, podChanges, podTemplates } from "../../stacks/restartPlan.ts";
import type { Settings } from "../../stacks/settings/settings.ts";
import { load, type SetValues } from "../support/settings.ts";

const settings = (set: SetValues = {}): Settings => load({}, set).settings;
const plan = (before: SetValues, after: SetValues): string[] =>
  planLines(podChanges(shapeText(settings(before)), settings(after)));

describe("the restart plan", () => {
  it("is empty where no pod is touched", () => {
    assert.deepEqual(plan({}, {}), []);
    assert.deepEqual(plan({}, { "names.aliases": ["kafka-one"], 'topics.items["a.b"].partitions': 3 }), []);
    assert.deepEqual(plan({}, { "kafka.storage.data": "30Gi" }), []);
  });

  it("names the pods that restart, and the settings because of which they do", () => {
    assert.deepEqual(plan({}, { "kafka.heap": "900m", "controllers.heap": "500m" }), [
      "controllers: kafka-controller-0 to kafka-controller-2 restart, one at a time, because of",
      '  controllers.heap: "512m" → "500m"',
      "brokers: kafka-0 to kafka-2 restart, one at a time, because of",
      '  kafka.heap: "1g" → "900m"',
    ]);
  });

  it("tells what running pods take over", () => {
    const key = 'kafka.config["num.replica.fetchers"]';
    assert.deepEqual(plan({}, { "kafka.ioThreads": 12, [key]: 2, "controllers.mode": "dedicated" }), [
      "controllers: no restart; taken over live",
      "  num.io.threads: 8 → 12",
      "  num.replica.fetchers: Kafka's default → 2",
      "brokers: no restart; taken over live",
      "  num.io.threads: 8 → 12",
      "  num.replica.fetchers: Kafka's default → 2",
    ]);
  });

  it("names one property as the cause where another one beside it is live", () => {
    const [first, cause] = plan({}, { "kafka.ioThreads": 12, 'kafka.config["queued.max.requests"]': 600 });
    assert.match(first ?? "", /^controllers: .* restart/);
    assert.equal(cause, '  kafka.config["queued.max.requests"]: none → "600"');
  });

  it("counts brokers that come and go apart from restarts", () => {
    const brokers = (replicas: number): SetValues => ({ "kafka.replicas": replicas, "kafka.replicationFactor": 3 });
    assert.deepEqual(plan(brokers(4), brokers(6)), ["controllers: no restart", "brokers: kafka-4 to kafka-5 come up"]);
    assert.deepEqual(plan(brokers(5), brokers(4)), [
      "controllers: no restart",
      "brokers: kafka-4 go; their volumes stay",
    ]);
  });

  it("notices that a new program makes other pods of the same settings", () => {
    const text = shapeText(settings());
    const own = podTemplates(settings());
    assert.deepEqual(planLines(podChanges(text, settings(), own)), []);
    const lines = planLines(podChanges(text, settings(), { ...own, kafka: "00000000" }));
    assert.deepEqual(lines.slice(1), [
      "brokers: kafka-0 to kafka-2 restart, one at a time, because of",
      "  this program makes other pods of the same settings than the one before it",
    ]);
  });

  it("is made of a shape to which settings have been added since", () => {
    const text = shapeText(settings()).replace(/^agent\.sidecarResources.*\n/gm, "");
    assert.deepEqual(planLines(podChanges(text, settings())), []);
  });
});

describe("a shape that an older program wrote", () => {
  it("gets the settings that it cannot know, and nothing that was left out on purpose", () => {
    const before = settings({ "labels.team": "payments", "namespace.quota": null });
    const text = shapeText(before).replace(/^verify\.enabled.*\n/m, "");
    const after = settings({
      "labels.floor": "3",
      "namespace.quota": { cpu: "100", memory: "100Gi", storage: "1Ti" },
      "kafka.resources.limits.cpu": "2",
      'topics.items["a.b"].partitions': 3,
    });
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    assert.deepEqual(plain(readShape(completeShape(text, after))), plain(readShape(shapeText(before))));
  });
});
