import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../agent/cli.ts";
import { tail, writeTerminationMessage } from "../../agent/exit.ts";

/** Runs the command line in this process and gives what it wrote. */
async function agent(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  let stdout = "";
  let stderr = "";
  const out = { write: (text: string) => (stdout += text) };
  const err = { write: (text: string) => (stderr += text) };
  const code = await run(args, env, { out, err });
  return { code, stdout, stderr };
}

/** A port of this machine that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe("agent command line", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agent-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("names its roles, and every role its exit codes", async () => {
    const top = await agent(["--help"]);
    assert.equal(top.code, 0);
    for (const role of ["reconcile", "verify", "renew"]) {
      assert.match(top.stdout, new RegExp(`^ {2}${role} `, "m"));
      const help = await agent([role, "--help"]);
      assert.equal(help.code, 0);
      for (const code of ["0  ", "1  ", "2  ", "3  ", "64 "])
        assert.match(help.stdout, new RegExp(`^ {2}${code} ?\\w`, "m"));
    }
  });

  for (const [problem, args, message] of [
    ["an unknown role", ["reconsile"], /unknown command 'reconsile'.*\n.*Did you mean reconcile/],
    ["an unknown option", ["reconcile", "--brokers", "k:1", "--topics", ".", "--chekc"], /unknown option '--chekc'/],
    ["no brokers", ["reconcile", "--topics", "."], /'--brokers <list>' not specified/],
    [
      "a broker without a port",
      ["reconcile", "--topics", ".", "--brokers", "kafka"],
      /found broker "kafka", expected host:port/,
    ],
    [
      "a time-out that is none",
      ["reconcile", "--topics", ".", "--brokers", "k:1", "--timeout", "soon"],
      /such as 300s/,
    ],
    ["no records", ["verify", "--spec", "x", "--brokers", "k:1", "--records", "0"], /integer from 1/],
    ["no set of nodes", ["renew", "--brokers", "k:1"], /'--set <name:replicas=certificate>' not specified/],
    [
      "a set that is none",
      ["renew", "--brokers", "k:1", "--set", "kafka=3"],
      /found "kafka=3", expected set:replicas=certificate such as kafka:3=kafka-certificate/,
    ],
    [
      "a grace that is none",
      ["renew", "--brokers", "k:1", "--set", "kafka:3=c", "--grace", "long"],
      /expected a duration such as 300s/,
    ],
    ["a folder that is not there", ["reconcile", "--topics", "/nowhere", "--brokers", "k:1"], /ENOENT.*nowhere/],
    ["a spec that is not there", ["verify", "--spec", "/nowhere", "--brokers", "k:1"], /ENOENT.*nowhere/],
  ] as const) {
    it(`ends with 64 for ${problem}`, async () => {
      const { code, stdout, stderr } = await agent(args);
      assert.equal(code, 64);
      assert.match(stdout + stderr, message);
    });
  }

  it("ends with 64 for a security protocol that it does not speak, named", async () => {
    const config = file("client.properties", "security.protocol=KERBEROS\n");
    const topics = mkdtempSync(join(folder, "topics-"));
    const args = ["reconcile", "--topics", topics, "--brokers", "k:1", "--client-config", config];
    const { code, stdout } = await agent(args);
    assert.equal(code, 64);
    assert.match(stdout, /client.properties: found security.protocol=KERBEROS, expected PLAINTEXT or SSL or/);
  });

  it("fails where it is to ask the API server and its pod was given no token", async () => {
    const { code, stdout } = await agent(["renew", "--set", "kafka:3=c", "--grace", "0s", "--settle", "0s"], {
      KAFKA_BROKERS: "k:1",
    });
    assert.equal(code, 1);
    assert.match(stdout, /^failed: ENOENT: .*\/api\/namespace/);
  });

  it("gives up at its time-out, and leaves its last words in JSON and in the termination file", async () => {
    const topics = mkdtempSync(join(folder, "topics-"));
    const termination = file("termination", "");
    const brokers = `127.0.0.1:${await closedPort()}`;
    const args = ["reconcile", "--topics", topics, "--timeout", "1s", "--json", "--termination-log", termination];
    const { code, stdout } = await agent(args, { KAFKA_BROKERS: brokers });
    assert.equal(code, 1);
    const { outcome, message } = JSON.parse(stdout) as Record<string, string>;
    assert.equal(outcome, "failed");
    assert.match(message ?? "", new RegExp(`^brokers at ${brokers}: gave up after \\d s: connect ECONNREFUSED`));
    assert.equal(readFileSync(termination, "utf8"), `failed: ${message}\n`);
  });
});

describe("termination message", () => {
  it("keeps the last whole lines that fit", () => {
    assert.equal(tail(["one", "two", "three"], 10), "two\nthree\n");
    assert.equal(tail(["é".repeat(10)], 5), "éé");
    assert.equal(tail([], 10), "");
  });

  it("is not written where the kubelet made no file for it", () => {
    assert.doesNotThrow(() => {
      writeTerminationMessage("/nowhere/termination-log", ["failed"]);
    });
  });
});
