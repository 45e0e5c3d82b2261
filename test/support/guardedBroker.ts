/** A real broker that authenticates and authorises, and the agent's bundle, as its Job runs it, against it. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bundleAgent } from "../../agent/bundle.ts";
import { type Cluster, openCluster } from "../../agent/connection.ts";
import type { ReconcileReport } from "../../agent/reconcile/reconcile.ts";
import { type Brokers, startBrokers } from "../../bench/brokers.ts";
import { kafkaHome, SMALL_LOGS } from "../../bench/tools.ts";
import { jaasLine } from "../../kafka/access/jaas.ts";
import { deriveAcls, type Grant } from "../../kafka/access/roles.ts";
import { renderUserFile, type UserSpec } from "../../kafka/access/userFile.ts";
import { propertyLine } from "../../kafka/properties.ts";
import { NO_GRANT } from "./grants.ts";

export const ADMIN = { username: "kafka-admin", password: "only-for-this-test" };

/** A user of one role. */
export const user = (name: string, grant: Partial<Grant>, further: Partial<UserSpec> = {}): UserSpec => ({
  name,
  logins: [name],
  state: "present",
  acls: deriveAcls([{ ...NO_GRANT, ...grant }]),
  quotas: {},
  ...further,
});

export const passwordOf = (login: string): string => `password-of-${login}`;
export const passwordsOf = (users: readonly UserSpec[]): Record<string, string> =>
  Object.fromEntries(users.flatMap(({ logins }) => logins.map((login) => [login, passwordOf(login)])));

export interface Reconciled {
  readonly code: number | null;
  readonly report: ReconcileReport;
  /** What people read. */
  readonly lines: string;
}

export class GuardedBroker {
  readonly admin: Cluster;
  readonly #folder: string;
  readonly #brokers: Brokers;

  static async start(): Promise<GuardedBroker> {
    const folder = mkdtempSync(join(tmpdir(), "access-"));
    const libs = join(await kafkaHome(join(folder, "kafka"), console.log), "libs");
    const brokers = await startBrokers({
      folder: join(folder, "brokers"),
      libs,
      heap: "256m",
      users: { [ADMIN.username]: ADMIN.password },
      properties: {
        ...SMALL_LOGS,
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,CLIENT:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "sasl.mechanism.inter.broker.protocol": "SCRAM-SHA-512",
        "listener.name.client.scram-sha-512.sasl.jaas.config": jaasLine("SCRAM-SHA-512", ADMIN),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:kafka-admin;User:ANONYMOUS",
      },
    });
    writeFileSync(join(folder, "agent.mjs"), bundleAgent().code);
    const login = [
      ["security.protocol", "SASL_PLAINTEXT"],
      ["sasl.mechanism", "SCRAM-SHA-512"],
      ["sasl.jaas.config", jaasLine("SCRAM-SHA-512", ADMIN)],
    ] as const;
    writeFileSync(join(folder, "client.properties"), login.map((entry) => `${propertyLine(entry)}\n`).join(""));
    return new GuardedBroker(folder, brokers);
  }

  private constructor(folder: string, brokers: Brokers) {
    this.#folder = folder;
    this.#brokers = brokers;
    this.admin = this.open(ADMIN.username, ADMIN.password);
  }

  open(username: string, password: string = passwordOf(username)): Cluster {
    const sasl = { mechanism: "SCRAM-SHA-512", username, password } as const;
    return openCluster({ brokers: this.#brokers.addresses, security: { protocol: "SASL_PLAINTEXT", sasl } });
  }

  async opens(username: string, password?: string): Promise<boolean> {
    const client = this.open(username, password);
    try {
      await client.call("any", "ApiVersions", "test", "1");
      return true;
    } catch {
      return false;
    } finally {
      await client.close();
    }
  }

  /** Runs the agent for these users and one topic, `orders`. */
  async reconcile(
    users: readonly UserSpec[],
    passwords = passwordsOf(users),
    ...further: string[]
  ): Promise<Reconciled> {
    const files = Object.fromEntries(users.map((one) => [one.name, renderUserFile(one)]));
    const topics = { orders: "partitions=1\nreplication.factor=1\n" };
    const args = [
      ...["reconcile", "--json", "--brokers", this.#brokers.addresses.join(",")],
      ...["--client-config", "client.properties"],
      ...["--topics", this.#write("topics", topics), "--users", this.#write("users", files)],
      ...["--passwords", this.#write("passwords", passwords), "--kept", ADMIN.username],
      ...["--termination-log", "last-words", ...further],
    ];
    const child = spawn(process.execPath, ["agent.mjs", ...args], {
      cwd: this.#folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    for (const password of [...Object.values(passwords), ADMIN.password]) {
      assert.ok(!`${stdout}${stderr}`.includes(password), "a password is in the output");
    }
    assert.notEqual(stdout, "", stderr);
    return { code: child.exitCode, report: JSON.parse(stdout) as ReconcileReport, lines: stderr };
  }

  /** Ends the broker at once and starts it on its old data. */
  async restart(): Promise<void> {
    const [process] = this.#brokers.processes;
    assert.ok(process);
    process.kill("SIGKILL");
    await once(process, "exit");
    await this.#brokers.start(0);
  }

  async stop(): Promise<void> {
    await this.admin.close();
    await this.#brokers.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name: string, files: Readonly<Record<string, string>>): string {
    const path = join(this.#folder, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
    return path;
  }
}
