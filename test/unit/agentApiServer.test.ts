/** How the agent's Jobs talk to the API server, against a real one over TLS. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accepted, acceptedOrNone, ownApi } from "../../agent/apiServer.ts";
import { ownClaims } from "../../agent/grow/kubernetes.ts";
import { TransientError } from "../../agent/retry.ts";
import { type Asked, startTlsApi, type TlsApi } from "../support/tlsApi.ts";

const CLAIM = { api: "api/v1", plural: "persistentvolumeclaims", name: "data-kafka-0" };
const CLAIM_URL = "/api/v1/namespaces/kafka/persistentvolumeclaims/data-kafka-0";

describe("the agent at the API server", () => {
  let api: TlsApi;
  let asked: Asked[];
  let answer: { status: number; body: unknown };
  before(async () => {
    api = await startTlsApi((one) => {
      asked.push(one);
      return answer;
    });
  });
  after(() => api.stop());
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: {} };
  });
  const own = () => ownApi(api.env, api.access);

  it("shows the pod's own token, as it is at that moment, and asks for objects of the pod's namespace", async () => {
    const { send } = own();
    await send("GET", CLAIM);
    writeFileSync(join(api.access, "token"), "renewed\n");
    await send("POST", { api: "apis/x/v1", plural: "things", name: "a/b", subresource: "part" }, { of: "it" });
    assert.deepEqual(asked, [
      { method: "GET", url: CLAIM_URL, authorization: "Bearer short-lived", contentType: undefined, body: "" },
      {
        method: "POST",
        url: "/apis/x/v1/namespaces/kafka/things/a%2Fb/part",
        authorization: "Bearer renewed",
        contentType: "application/json",
        body: '{"of":"it"}',
      },
    ]);
  });

  it("trusts the cluster's own authority alone", async () => {
    const { send } = ownApi({ ...api.env, KUBERNETES_SERVICE_HOST: "localhost" }, api.access);
    await assert.rejects(send("GET", CLAIM), /^Error: the API server: .*altnames/);
    assert.deepEqual(asked, []);
  });

  it("tells what may pass from what does not, in the API server's own words", async () => {
    for (const [status, passes] of [
      [403, false],
      [404, false],
      [409, true],
      [429, true],
      [500, true],
    ] as const) {
      answer = { status, body: { message: "because" } };
      const refused = await own().send("GET", CLAIM);
      assert.throws(
        () => accepted(refused, "claim a"),
        (error: Error) => {
          assert.equal(error.message, `claim a: the API server answered ${status} because`);
          assert.equal(error instanceof TransientError, passes, String(status));
          return true;
        },
      );
      if (status === 404) assert.equal(acceptedOrNone(refused, "claim a"), undefined);
      else assert.throws(() => acceptedOrNone(refused, "claim a"), /because/);
    }
    answer = { status: 200, body: "<html>" };
    await assert.rejects(own().send("GET", CLAIM), TransientError);
  });

  it("reads claims, and asks for more of them by a patch of that alone", async () => {
    answer = { status: 200, body: { status: { phase: "Bound" } } };
    const claims = ownClaims(own());
    assert.deepEqual(await claims.read("data-kafka-0"), { status: { phase: "Bound" } });
    await claims.grow("data-kafka-0", "2Gi");
    const [, patch] = asked;
    assert.deepEqual(
      [patch?.method, patch?.url, patch?.contentType],
      ["PATCH", CLAIM_URL, "application/merge-patch+json"],
    );
    assert.deepEqual(JSON.parse(patch?.body ?? ""), { spec: { resources: { requests: { storage: "2Gi" } } } });
    answer = { status: 404, body: {} };
    assert.equal(await claims.read("data-kafka-0"), undefined);
  });
});
