import assert from "node:assert/strict";
import { loggingConfig } from "../../kafka/logging.ts";

const VERSIONS = ["3.9.2", "4.3.1"];
const config = (version: string, audit: boolean, logVolume = true) => loggingConfig({ version, logVolume, audit }).text;
const setTo = (text: string, key: RegExp): string[] =>
  text.split("\n").flatMap((line) => {
    const at = line.indexOf("=");
    return key.test(line.slice(0, at)) ? [line.slice(at + 1)] : [];
  });

/** Every operation that Kafka 4.3 knows, and whether it is kept where it was allowed. */
const OPERATIONS = {
  READ: false,
  WRITE: false,
  CREATE: true,
  DELETE: true,
  ALTER: true,
  DESCRIBE: false,
  CLUSTER_ACTION: false,
  DESCRIBE_CONFIGS: false,
  ALTER_CONFIGS: true,
  IDEMPOTENT_WRITE: false,
  CREATE_TOKENS: true,
  DESCRIBE_TOKENS: false,
  TWO_PHASE_COMMIT: false,
};
const camel = (name: string): string =>
  name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, first: string) => first.toUpperCase());
const said = (result: string, word: string, operation: string, user = "ann"): string =>
  `Principal = User:${user} is ${result} ${word} = ${operation} from host = 10.0.0.7 on resource = Topic:LITERAL:a\nb for request = X`;
/** How each logger picks its lines, as this page reads what is rendered; the cluster tier has the loggers do it. */
const KEEPS: Readonly<Record<string, (text: string, line: string) => boolean>> = {
  "3.9.2": (text, line) => setTo(text, /StringToMatch$/).some((part) => line.includes(part)),
  "4.3.1": (text, line) => {
    const [regex = ""] = setTo(text, /\.regex$/);
    const [pattern, flags] = regex.startsWith("(?s)") ? [regex.slice(4), "s"] : [regex, ""];
    return new RegExp(`^${pattern.replaceAll("*+", "*")}$`, flags).test(line);
  },
};

describe("audit log", () => {
  for (const version of VERSIONS) {
    const keeps = (line: string) => KEEPS[version]?.(config(version, true), line);

    it(`R-USR-12 is a bounded file of its own on the volume for logs, and the console without one: ${version}`, () => {
      const target = (logVolume: boolean) => setTo(config(version, true, logVolume), /^(log4j\.)?appender\.audit\./);
      assert.ok(target(true).includes("/var/log/kafka/audit.log"));
      assert.ok(target(true).includes("100MB") && target(true).includes("10"));
      assert.ok(!config(version, true, false).includes("/var/log/kafka"));
      assert.match(config(version, true, false), /appender\.audit(\.type)?=(org\.apache\.log4j\.)?Console/);
    });

    it(`R-USR-12 keeps denials, and what was allowed that changes something: ${version}`, () => {
      for (const [operation, kept] of Object.entries(OPERATIONS)) {
        assert.equal(keeps(said("Allowed", "operation", operation)), kept, operation);
        assert.equal(keeps(said("Denied", "operation", operation)), true, operation);
      }
      assert.equal(keeps(said("Denied", "operation", "READ", "CN=ann, O=a b")), true);
      assert.equal(keeps("principal = User:ann is a super user, allowing operation without checking acls."), false);
    });

    it(`writes nothing of it to another log: ${version}`, () => {
      assert.deepEqual(setTo(config(version, true), /additivity/), ["false"]);
    });

    it(`changes nothing where nobody logs in, and adds to the rest where somebody does: ${version}`, () => {
      for (const logVolume of [true, false]) {
        const plain = config(version, false, logVolume);
        assert.equal(plain, loggingConfig({ version, logVolume }).text);
        assert.doesNotMatch(plain, /audit|authorizer/);
        assert.ok(config(version, true, logVolume).startsWith(plain));
      }
    });

    it(`sets each key once: ${version}`, () => {
      const keys = config(version, true)
        .trimEnd()
        .split("\n")
        .map((line) => line.slice(0, line.indexOf("=")));
      assert.equal(new Set(keys).size, keys.length);
    });
  }

  it("R-USR-12 knows how the authorizer for ZooKeeper spells operations", () => {
    for (const [operation, kept] of Object.entries(OPERATIONS)) {
      const line = said("Allowed", "Operation", camel(operation));
      assert.equal(KEEPS["3.9.2"]?.(config("3.9.2", true), line), kept, line);
    }
  });

  it("denies what no filter before has accepted, last: reload4j sorts filters by name as text", () => {
    const names = [...config("3.9.2", true).matchAll(/audit\.filter\.(\w+)=(\S+)/g)];
    const last = names.toSorted(([, left = ""], [, right = ""]) => (left < right ? -1 : 1)).at(-1);
    assert.match(last?.[2] ?? "", /DenyAllFilter$/);
  });
});
