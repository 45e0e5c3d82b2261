import assert from "node:assert/strict";
import {
  AuthenticationError,
  MultipleErrors,
  NetworkError,
  ProtocolError,
  TimeoutError,
  UserError,
} from "@platformatic/kafka";
import { backOff, explain, explainCode, isTransient, persist, TransientError } from "../../agent/retry.ts";

const certificate = Object.assign(new Error("self-signed certificate"), { code: "SELF_SIGNED_CERT_IN_CHAIN" });

describe("retry", () => {
  for (const [what, error, transient] of [
    [
      "a refused connection",
      new MultipleErrors("none", [new NetworkError("a", { cause: new Error("ECONNREFUSED") })]),
      true,
    ],
    ["a time-out", new TimeoutError("Request timed out"), true],
    ["a moved controller", new ProtocolError("NOT_CONTROLLER"), true],
    ["its own sign", new TransientError("not yet"), true],
    ["a wrong password", new MultipleErrors("none", [new AuthenticationError("no"), new NetworkError("a")]), false],
    ["a wrong certificate", new NetworkError("a", { cause: certificate }), false],
    ["a broker that wants TLS", new UserError("Broker requires TLS."), false],
    ["a wrong config", new ProtocolError("INVALID_CONFIG"), false],
    ["any other error", new Error("bug"), false],
  ] as const) {
    it(`${transient ? "tries again" : "gives up at once"} for ${what}`, () => {
      assert.equal(isTransient(error), transient);
    });
  }

  it("doubles its pauses up to a limit, each half to one and a half of that", () => {
    const pace = { first: 100, longest: 1_000 };
    assert.deepEqual(
      [0, 1, 2, 3, 4, 40].map((round) => backOff(round, pace, () => 0.5)),
      [100, 200, 400, 800, 1_000, 1_000],
    );
    assert.deepEqual(
      [0, 0.999].map((random) => Math.round(backOff(0, pace, () => random))),
      [50, 150],
    );
  });

  it("goes on until it succeeds", async () => {
    let left = 2;
    const attempt = () => (left-- > 0 ? Promise.reject(new TransientError("not yet")) : Promise.resolve("done"));
    const patience = { deadline: Date.now() + 5_000, say: () => undefined };
    assert.equal(await persist("it", patience, attempt, { first: 1, longest: 1 }), "done");
  });

  it("says what it waits for and since when, after a second, and not at every attempt", async () => {
    const said: string[] = [];
    const patience = { deadline: Date.now() + 2_500, say: (line: string) => said.push(line) };
    const attempt = () => Promise.reject(new NetworkError("connect ECONNREFUSED"));
    await assert.rejects(persist("brokers at k:1", patience, attempt, { first: 100, longest: 100 }), {
      message: /^brokers at k:1: gave up after \d s: connect ECONNREFUSED$/,
    });
    assert.deepEqual(said, ["waiting for brokers at k:1 (1 s): connect ECONNREFUSED"]);
  });

  it("does not repeat what cannot pass", async () => {
    let calls = 0;
    const attempt = () => {
      calls += 1;
      return Promise.reject(new Error("wrong"));
    };
    await assert.rejects(persist("it", { deadline: Date.now() + 5_000, say: () => undefined }, attempt), {
      message: "wrong",
    });
    assert.equal(calls, 1);
  });

  it("tells of the innermost cause once", () => {
    const refused = new Error("connect ECONNREFUSED 10.0.0.1:9092");
    const layers = new MultipleErrors("Cannot connect to any broker.", [
      new NetworkError("Connection failed", { cause: refused }),
      new NetworkError("Connection failed", { cause: refused }),
    ]);
    assert.equal(explain(layers), refused.message);
    assert.equal(explain("text"), "text");
  });

  it("names a protocol error by id with the broker's message", () => {
    assert.equal(explainCode(40, "Unknown topic config name: foo"), "INVALID_CONFIG: Unknown topic config name: foo");
    assert.match(explainCode(36, null), /^TOPIC_ALREADY_EXISTS: ./);
    assert.equal(explainCode(9_999, null), "error 9999");
  });
});
