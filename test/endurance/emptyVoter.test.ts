/** A voter that has lost its volume, on real pods: two of three that begin empty would elect a log without anything in it. */
import { untilInSync } from "../support/kafkaFacts.ts";
import { until } from "../support/kube.ts";
import { PlatformUnderTest } from "../support/platformUnderTest.ts";
import { STAGING, TOPICS } from "../support/selfMonitor.ts";

describe("a controller that has lost its volume", function () {
  this.timeout(1_800_000);
  let platform: PlatformUnderTest;

  before(async () => {
    platform = await PlatformUnderTest.open("voter", STAGING);
    await platform.up();
  });
  after(() => platform.close());

  it("R-CRD-26 R-CRD-34 does not begin empty, until it is let", async () => {
    const lost = "kafka-controller-2";
    await platform.pods.core.deleteNamespacedPersistentVolumeClaim({
      namespace: platform.stack.namespace,
      name: `data-${lost}`,
    });
    await platform.pods.remove(lost);
    await until("the controller refuses its empty volume", 180, async () => {
      const pod = await platform.pods.get(lost).catch(() => undefined);
      const server = pod?.status?.containerStatuses?.find(({ name }) => name === "kafka");
      return /has voted before/.test([server?.state, server?.lastState].map((one) => one?.terminated?.message).join());
    });
    await platform.up({ coordination: { emptyVoters: [lost] } });
    await platform.pods.remove(lost);
    await platform.pods.untilReady("kafka-controller", 3, 240);
    await platform.up();
    await untilInSync(platform.client, TOPICS);
  });
});
