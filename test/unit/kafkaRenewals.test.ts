import assert from "node:assert/strict";
import fc from "fast-check";
import { holdingSets, renewalSchedule, renewalTimes } from "../../kafka/renewals.ts";
import type { SecurityInput } from "../../kafka/security.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Milliseconds between two looks. */
const PERIODS: Readonly<Record<string, number>> = { "43 3 * * *": DAY, "43 * * * *": HOUR, "*/5 * * * *": HOUR / 12 };

const security = (mode: SecurityInput["security"]["mode"], betweenNodes: "tls" | "scram" = "tls") => ({
  security: { mode, betweenNodes },
});
const TLS = security("scram-tls");
const brokers = { name: "kafka", replicas: 3, node: "kraft" } as const;
const controllers = { name: "kafka-controller", replicas: 3, node: "kraft" } as const;
const names = (of: Parameters<typeof holdingSets>[0], ...sets: Parameters<typeof holdingSets>[1]) =>
  holdingSets(of, sets).map((set) => (set as unknown as { name: string }).name);

describe("restarts over renewed certificates", () => {
  it("R-TLS-03 are for nodes that show controllers a certificate, and for no others", () => {
    assert.deepEqual(names(TLS, controllers, brokers), ["kafka-controller", "kafka"]);
    for (const other of [security("plaintext"), security("scram"), security("scram-tls", "scram")]) {
      assert.deepEqual(names(other, controllers, brokers), [], JSON.stringify(other));
    }
  });

  it("leave out nodes on ZooKeeper, controllers that are stopped, and a node that is alone", () => {
    assert.deepEqual(names(TLS, { ...brokers, node: "zookeeper" }), []);
    const waiting = { ...controllers, node: "kraft-waiting" } as const;
    assert.deepEqual(names(TLS, waiting, { ...brokers, node: "zookeeper" }), ["kafka-controller"]);
    assert.deepEqual(names(TLS, waiting, { ...brokers, node: "zookeeper-migrating" }), ["kafka-controller", "kafka"]);
    assert.deepEqual(names(TLS, { ...controllers, replicas: 0 }, { ...brokers, node: "zookeeper" }), []);
    assert.deepEqual(names(TLS, { ...brokers, replicas: 1 }), []);
    assert.deepEqual(names(TLS, { ...controllers, replicas: 1 }, { ...brokers, replicas: 1 }).length, 2);
  });

  it("R-TLS-03 are for members of an ensemble too, even for one that is alone: brokers connect to it", () => {
    const members = { name: "zookeeper", replicas: 1, node: "ensemble" } as const;
    const onZooKeeper = { ...brokers, node: "zookeeper" } as const;
    for (const betweenNodes of ["tls", "scram"] as const) {
      assert.deepEqual(names(security("scram-tls", betweenNodes), members, onZooKeeper), ["zookeeper"]);
    }
    assert.deepEqual(names(TLS, members, { ...controllers, node: "kraft-waiting" }, onZooKeeper), [
      "zookeeper",
      "kafka-controller",
    ]);
    assert.deepEqual(names(security("scram"), members, onZooKeeper), []);
  });

  it("wait for half of what the older certificate has left, and look often enough for the other half", () => {
    assert.deepEqual(renewalTimes(30 * DAY), { grace: 15 * DAY, settle: 1.25 * HOUR });
    const edges = [30 * DAY, 6 * DAY, 6 * DAY - 1, 6 * HOUR, 6 * HOUR - 1].map(renewalSchedule);
    assert.deepEqual(edges, ["43 3 * * *", "43 3 * * *", "43 * * * *", "43 * * * *", "*/5 * * * *"]);
    fc.assert(
      fc.property(fc.integer({ min: HOUR, max: 365 * DAY }), (renewBefore) => {
        const { grace, settle } = renewalTimes(renewBefore);
        assert.ok(settle <= grace);
        const period = PERIODS[renewalSchedule(renewBefore)] ?? Number.NaN;
        assert.ok(
          grace + 3 * period <= renewBefore,
          `${renewBefore}: two looks in the second half, the first at its end`,
        );
      }),
    );
  });
});
