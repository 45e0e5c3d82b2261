/** What logging in and encryption cost, against plaintext on the same broker: records written and read, and connecting. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Admin } from "@platformatic/kafka";
import { jaasLine } from "../../kafka/access/jaas.ts";
import { type Property, propertyLine } from "../../kafka/properties.ts";
import { TLS_FILES, tlsProperties } from "../../kafka/tls.ts";
import { startBrokers } from "../brokers.ts";
import { type Measurement, median, type Row } from "../row.ts";
import { inTemporaryFolder, java, kafkaHome } from "../tools.ts";

const ROUNDS = 3;
const RECORDS = 400_000;
const RECORD_BYTES = 1024;
const CONNECTIONS = 30;
const [USER, PASSWORD, MECHANISM] = ["bench", "a-password-of-the-bench", "SCRAM-SHA-512"] as const;

/** Protocol of each way to connect, by the name of its listener. */
const WAYS = { CLIENT: "PLAINTEXT", LOGIN: "SASL_PLAINTEXT", TLS: "SASL_SSL" } as const;
type Way = keyof typeof WAYS;
const NAMES: Readonly<Record<Way, string>> = { CLIENT: "plaintext", LOGIN: "SCRAM", TLS: "SCRAM over TLS" };

interface Figures {
  /** MB/s. */
  readonly written: number;
  readonly read: number;
  /** Milliseconds from nothing to the first answer. */
  readonly connected: number;
}

export const security: Row = {
  name: "security",
  run: (say) => inTemporaryFolder((folder) => measure(folder, say)),
};

async function measure(folder: string, say: (line: string) => void): Promise<Measurement[]> {
  const home = await kafkaHome(join(folder, "kafka"), say);
  const ca = certificate(folder);
  const brokers = await startBrokers({
    folder: join(folder, "broker"),
    libs: join(home, "libs"),
    listeners: { LOGIN: WAYS.LOGIN, TLS: WAYS.TLS },
    users: { [USER]: PASSWORD },
    properties: {
      ...Object.fromEntries(tlsProperties({ certificates: folder })),
      ...Object.fromEntries(["login", "tls"].flatMap(login)),
      "log.retention.bytes": "1073741824",
    },
  });
  try {
    const addresses = { CLIENT: brokers.addresses, ...brokers.further } as Readonly<Record<Way, readonly string[]>>;
    const figures: Record<Way, Figures[]> = { CLIENT: [], LOGIN: [], TLS: [] };
    for (let round = 0; round <= ROUNDS; round += 1) {
      const ways = Object.keys(WAYS) as Way[];
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        const found = await once(way, { folder, home, ca, address: addresses[way][0] ?? "", round });
        say(`${NAMES[way]}: ${JSON.stringify(found)}`);
        // The first round warms the broker's JVM up.
        if (round > 0) figures[way].push(found);
      }
    }
    return rows(figures);
  } finally {
    await brokers.stop();
  }
}

const login = (listener: string): [string, string][] => [
  [`listener.name.${listener}.sasl.enabled.mechanisms`, MECHANISM],
  [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`, jaasLine(MECHANISM, {})],
];

interface Place {
  readonly folder: string;
  readonly home: string;
  readonly ca: string;
  readonly address: string;
  readonly round: number;
}

async function once(way: Way, { folder, home, ca, address, round }: Place): Promise<Figures> {
  const client = join(folder, `${way}.properties`);
  const entries = clientProperties(way, join(folder, TLS_FILES.ca));
  writeFileSync(client, entries.map((entry) => `${propertyLine(entry)}\n`).join(""));
  const topic = `${way.toLowerCase()}-${round}`;
  const access = {
    ...(way === "CLIENT" ? {} : { sasl: { mechanism: MECHANISM, username: USER, password: PASSWORD } }),
    ...(way === "TLS" ? { tls: { ca } } : {}),
  };
  const admin = () => new Admin({ clientId: "bench", bootstrapBrokers: [address], ...access });
  const first = admin();
  await first.createTopics({ topics: [topic], partitions: 6, replicas: 1 });
  await first.close();
  const written = await java(home, [
    "org.apache.kafka.tools.ProducerPerformance",
    ...[
      "--topic",
      topic,
      "--num-records",
      String(RECORDS),
      "--record-size",
      String(RECORD_BYTES),
      "--throughput",
      "-1",
    ],
    ...["--producer.config", client, "--producer-props", `bootstrap.servers=${address}`, "acks=all", "linger.ms=5"],
  ]);
  const read = await java(home, [
    "org.apache.kafka.tools.ConsumerPerformance",
    ...["--bootstrap-server", address, "--topic", topic, "--messages", String(RECORDS), "--consumer.config", client],
    ...["--hide-header", "--timeout", "60000"],
  ]);
  const times: number[] = [];
  for (let count = 0; count < CONNECTIONS; count += 1) {
    const start = performance.now();
    const one = admin();
    await one.metadata({ topics: [] });
    times.push(performance.now() - start);
    await one.close();
  }
  return { written: producerRate(written.stdout), read: consumerRate(read.stdout), connected: median(times) };
}

/** Of the summary at the end: `400000 records sent, 98765.4 records/sec (96.45 MB/sec), …`. */
function producerRate(stdout: string): number {
  const [, rate] = [...stdout.matchAll(/records sent, [\d.]+ records\/sec \(([\d.]+) MB\/sec\)/g)].at(-1) ?? [];
  return asNumber(rate, stdout);
}

/** Of its one line: start, end, MB, MB/s, …, MB/s of fetching alone, …; the last, as the first counts the wait for the group. */
const consumerRate = (stdout: string): number => asNumber(stdout.trim().split("\n").at(-1)?.split(", ")[8], stdout);

function asNumber(text: string | undefined, stdout: string): number {
  const value = Number(text);
  if (text === undefined || !(value > 0)) throw new Error(`expected a rate, found:\n${stdout.slice(-1000)}`);
  return value;
}

function clientProperties(way: Way, ca: string): Property[] {
  return [
    ["security.protocol", WAYS[way]],
    ...(way === "CLIENT"
      ? []
      : ([
          ["sasl.mechanism", MECHANISM],
          ["sasl.jaas.config", jaasLine(MECHANISM, { username: USER, password: PASSWORD })],
        ] as const)),
    ...(way === "TLS"
      ? ([
          ["ssl.truststore.type", "PEM"],
          ["ssl.truststore.location", ca],
        ] as const)
      : []),
  ];
}

/** A certificate of this machine that signs itself, in the files that brokers read; gives whom to trust, in PEM. */
function certificate(folder: string): string {
  const [key, ca] = [join(folder, "key"), join(folder, TLS_FILES.ca)];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=bench", "-addext", "subjectAltName=IP:127.0.0.1"];
  const { status, stderr } = spawnSync("openssl", [...args, ...names, "-keyout", key, "-out", ca], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  const pem = readFileSync(ca, "utf8");
  writeFileSync(join(folder, TLS_FILES.keystore), `${readFileSync(key, "utf8")}${pem}`);
  return pem;
}

function rows(figures: Readonly<Record<Way, readonly Figures[]>>): Measurement[] {
  const of = (way: Way, what: keyof Figures) => median(figures[way].map((found) => found[what]));
  const rate = (what: "written" | "read") => (way: Way) =>
    `${NAMES[way]} ${(of(way, what) / of("CLIENT", what)).toFixed(2)}× (${of(way, what).toFixed(0)} MB/s)`;
  const time = (way: Way) => `${NAMES[way]} ${of(way, "connected").toFixed(0)} ms`;
  const ways = Object.keys(WAYS) as Way[];
  const shared = `Medians of ${ROUNDS} rounds in turns, after one to warm up, by one client on the broker's own two cores, on one KRaft broker with a listener of each kind.`;
  const records = `${RECORDS.toLocaleString("en")} records of 1 KiB, six partitions, acks=all, by Kafka's own performance tools.`;
  return [
    {
      what: "Records written, against plaintext",
      figure: ways.map(rate("written")).join(", "),
      how: `${shared} ${records}`,
    },
    {
      what: "Records read, against plaintext",
      figure: ways.map(rate("read")).join(", "),
      how: `${shared} ${records} Plaintext is sent from the page cache by the kernel; what is encrypted is not.`,
    },
    {
      what: "Connecting, up to the first answer",
      figure: ways.map(time).join(", "),
      how: `${shared} Medians of ${CONNECTIONS} connections one after the other by the agent's client; SCRAM takes 4,096 rounds of hashing on each side.`,
    },
  ];
}
