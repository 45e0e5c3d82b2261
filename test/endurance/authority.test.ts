/** Another authority takes over from the first on real pods under `scram-tls`, a roll a step, with writes all along. */
import assert from "node:assert/strict";
import type { Rotation } from "../../kafka/authority.ts";
import { handshake } from "../support/handshakes.ts";
import { assertUnharmed } from "../support/judge.ts";
import { loadRoles, startLoad } from "../support/load.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING } from "../support/selfMonitor.ts";

const TOPIC = "user.events";

describe("another authority takes over", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;
  const trusted = async () => String((await platform.login("kafka-admin", platform.stack.namespace)).tls?.ca);
  const step = (generation: number, rotation: Rotation) =>
    platform.up({ certificates: { authority: { generation, rotation } } });

  before(async () => {
    platform = await PlatformUnderTest.open("authority", {
      ...STAGING,
      security: { mode: "scram-tls" },
      users: {
        items: {
          app: {
            roles: loadRoles(TOPIC),
          },
        },
      },
    });
    await platform.up();
  });
  after(() => platform.close());

  it("R-TLS-03 is refused at once, with the next step named", async () => {
    await assert.rejects(step(2, "done"), /generation 2, trust/);
  });

  it("R-TLS-03 R-OPS-01 by its steps, a roll each, under load: nothing is lost, and the first one is trusted no more", async () => {
    const first = await trusted();
    const underLoad = async (what: string, ...steps: (() => Promise<unknown>)[]) => {
      // Two rolls of six nodes take a while, and a load has an end.
      const bounds = { ratePerSecond: 40, maxSeconds: 1_500 };
      const load = await startLoad({ ...(await platform.login("kafka-client-app")), topic: TOPIC, ...bounds });
      await load.more(300);
      for (const one of steps) await one();
      await load.more(300, 120);
      assertUnharmed(await load.stop(), 600, what);
    };
    await underLoad("trust in another authority", () => step(2, "trust"));
    // Applications take what their Secrets hold now.
    await underLoad(
      "another authority that signs, and the end of the first",
      () => step(2, "sign"),
      () => step(2, "done"),
    );
    const now = await trusted();
    assert.equal(first.includes(now) || now.includes(first), false);
    for (const app of ["kafka", "kafka-controller"]) {
      for (const { metadata, status } of await platform.pods.list(app)) {
        for (const port of app === "kafka" ? [9091, 9092] : [9093]) {
          const shown = async (ca: string) =>
            (await handshake(status?.podIP ?? "", port, { servername: "localhost", ca })).refused;
          const name = `${metadata?.name ?? ""}:${port}`;
          assert.equal(await shown(now), undefined, name);
          assert.match((await shown(first)) ?? "", /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN/, name);
        }
      }
    }
  });
});
