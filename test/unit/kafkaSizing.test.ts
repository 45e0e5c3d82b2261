import assert from "node:assert/strict";
import fc from "fast-check";
import { awaitTimes, minAvailable, READY_BUDGET, seconds } from "../../kafka/availability.ts";
import { labels, selector } from "../../kafka/labels.ts";
import { nodeProbes } from "../../kafka/probes.ts";
import { majority } from "../../kafka/quorum.ts";
import { defaultHeap, diskNeed, memoryBudget, memoryLimit, timeToFull, writeRate } from "../../kafka/sizing.ts";
import { heapBytes } from "../../kafka/units.ts";

const GI = 2 ** 30;
const DAY = 86_400_000;
const replicas = fc.integer({ min: 1, max: 15 });

describe("memory", () => {
  it("R-BRK-05 gives the heap half of the memory, 6g at most", () => {
    const rows: [memory: number, heap: string][] = [
      [GI / 2, "256m"],
      [GI, "512m"],
      [2 * GI, "1g"],
      [3 * GI, "1536m"],
      [8 * GI, "4g"],
      [64 * GI, "6g"],
    ];
    for (const [memory, heap] of rows) assert.equal(defaultHeap(memory), heap);
  });

  it("leaves room beside the default heap on every size from 512Mi up", () => {
    fc.assert(
      fc.property(fc.integer({ min: GI / 2, max: 256 * GI }), (limit) => {
        const budget = memoryBudget(limit, heapBytes(defaultHeap(limit)) ?? 0);
        assert.ok(budget.fits && budget.cache > 0);
        assert.equal(budget.heap + budget.overhead + budget.cache, limit);
      }),
    );
  });

  it("asks for 30 s of writes in the page cache", () => {
    const rate = writeRate({ messagesPerSecond: 100_000, recordBytes: 1000 }, 3, 3);
    assert.equal(rate, 100e6);
    assert.equal(memoryBudget(16 * GI, 8 * GI, rate).cacheNeeded, 3e9);
    assert.ok(memoryBudget(16 * GI, 8 * GI, rate).fits);
    assert.ok(!memoryBudget(8 * GI, 6 * GI, rate).fits);
  });

  it("takes what was asked for as the limit where none is stated", () => {
    assert.equal(memoryLimit({ requests: { memory: "2Gi" }, limits: {} }), "2Gi");
    assert.equal(memoryLimit({ requests: { memory: "2Gi" }, limits: { memory: "3Gi" } }), "3Gi");
  });
});

describe("disk", () => {
  const lah = { load: { messagesPerSecond: 100_000, recordBytes: 1000 }, replicationFactor: 3, brokers: 3 };

  it("R-BRK-30 counts rate by retention by replicas, or the size bound where that is reached first", () => {
    assert.equal(diskNeed({ ...lah, retention: 7 * DAY }), 60.48e12);
    assert.equal(diskNeed({ ...lah, retention: 7 * DAY, sizeBound: 1e12 }), 1e12);
    assert.equal(diskNeed({ ...lah, retention: -1 }), Number.POSITIVE_INFINITY);
    assert.equal(diskNeed({ ...lah, retention: -1, load: { messagesPerSecond: 0, recordBytes: 1000 } }), 0);
  });

  it("says how long a disk lasts", () => {
    assert.equal(timeToFull(500e9, lah.load, 3, 3), 5_000_000);
    assert.equal(timeToFull(500e9, { messagesPerSecond: 0, recordBytes: 1 }, 3, 3), Number.POSITIVE_INFINITY);
  });
});

describe("time to wait for nodes", () => {
  it("waits at least 180 s for an ensemble and 300 s for brokers", () => {
    assert.deepEqual(READY_BUDGET, { ensemble: 180_000, broker: 300_000 });
    fc.assert(
      fc.property(
        fc.constantFrom("ensemble" as const, "broker" as const),
        replicas,
        fc.nat(),
        fc.nat(),
        (kind, n, a, b) => {
          const times = awaitTimes({ kind, replicas: n, terminationGrace: a, startupBudget: b });
          for (const time of Object.values(times)) assert.ok(time >= READY_BUDGET[kind] && time <= 4 * 3_600_000);
        },
      ),
    );
  });

  it("gives a roll the time of one node after the other", () => {
    const times = awaitTimes({ kind: "broker", replicas: 3, terminationGrace: 300_000, startupBudget: 600_000 });
    assert.deepEqual(times, { create: 600_000, update: 2_700_000, delete: 900_000 });
    assert.equal(seconds(1500), 2);
  });

  it("gives starting the whole budget before liveness counts", () => {
    const { startupProbe, livenessProbe } = nodeProbes("client", 3_600_000);
    assert.equal(startupProbe.periodSeconds * startupProbe.failureThreshold, 3600);
    assert.ok(livenessProbe.failureThreshold >= 6);
    assert.equal(nodeProbes("client", 1).startupProbe.failureThreshold, 1);
  });
});

describe("disruption budget", () => {
  it("keeps all brokers but one, 2 of 3", () => {
    assert.deepEqual(
      [1, 2, 3, 5].map((n) => minAvailable("broker", n)),
      [0, 1, 2, 4],
    );
  });

  it("keeps a majority of an ensemble, 2 of 3", () => {
    assert.deepEqual(
      [1, 3, 5].map((n) => minAvailable("ensemble", n)),
      [0, 2, 3],
    );
  });

  it("never blocks a drain for ever and never lets a quorum go", () => {
    fc.assert(
      fc.property(replicas, (n) => {
        for (const kind of ["broker", "ensemble"] as const) assert.ok(minAvailable(kind, n) < n);
        if (n % 2 === 1 && n > 1) assert.ok(minAvailable("ensemble", n) >= majority(n));
      }),
    );
  });
});

describe("labels", () => {
  it("carries app, system and environment, which a stack's own labels never replace", () => {
    const own = labels("kafka", { system: "selfmonitor", environment: "dev" }, { app: "other", team: "data" });
    assert.equal(own["app"], "kafka");
    assert.equal(own["team"], "data");
    assert.equal(own["kafka-platform/system"], "selfmonitor");
    assert.equal(own["kafka-platform/environment"], "dev");
    assert.deepEqual(selector("kafka"), { app: "kafka" });
  });
});
