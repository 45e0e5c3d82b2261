import { strict as assert } from "node:assert";
import fc from "fast-check";
import { create, diff } from "../../local/providers/random/provider.ts";
import { characters } from "../../local/providers/random/resources.ts";
import { isSecret, plainMap, UNKNOWN, type Values } from "../../local/providers/values.ts";

const token = (name: string): string => `random:index/random${name}:Random${name}`;
const drawn = (name: string, inputs: Values): { id: string; outputs: Values } => create(token(name), inputs, false);

describe("stand-in providers: random values", () => {
  it("a password is as long as asked, secret, and not its own identifier", () => {
    const { id, outputs } = drawn("Password", { length: 24 });
    assert.equal(id, "none");
    assert.equal(isSecret(outputs["result"]), true);
    assert.match(plainMap(outputs)["result"] as string, /^.{24}$/);
    assert.equal(outputs["special"], true);
  });

  it("every wanted class is there often enough, and no unwanted one at all", () => {
    const options = fc.record({
      minLower: fc.nat(5),
      minUpper: fc.nat(5),
      minNumeric: fc.nat(5),
      length: fc.integer({ min: 15, max: 40 }),
    });
    fc.assert(
      fc.property(options, (inputs) => {
        const text = characters({ ...inputs, lower: true, upper: true, numeric: true, special: false });
        const found = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
        assert.equal(text.length, inputs.length);
        assert.ok(
          found(/[a-z]/g) >= inputs.minLower && found(/[A-Z]/g) >= inputs.minUpper && found(/\d/g) >= inputs.minNumeric,
        );
        assert.equal(found(/[^A-Za-z0-9]/g), 0);
      }),
    );
  });

  it("own special characters replace the usual ones", () => {
    const only = { length: 50, lower: false, upper: false, numeric: false, special: true, overrideSpecial: "_" };
    assert.equal(characters(only), "_".repeat(50));
  });

  for (const [inputs, message] of [
    [{ length: 3, minLower: 4 }, /length: found 3, expected at least 4/],
    [{ length: 8, lower: false, upper: false, numeric: false, special: false }, /At least one of lower/],
    [{ length: 0 }, /length: found 0/],
  ] as const) {
    it(`refuses ${JSON.stringify(inputs)}`, () => {
      assert.throws(() => drawn("Password", inputs), message);
    });
  }

  it("an id has all its forms, of the same bytes, each with the prefix", () => {
    const { id, outputs } = drawn("Id", { byteLength: 16, prefix: "c-" });
    const bytes = Buffer.from(id, "base64url");
    assert.equal(bytes.length, 16);
    assert.equal(outputs["b64Url"], `c-${id}`);
    assert.equal(outputs["b64Std"], `c-${bytes.toString("base64")}`);
    assert.equal(outputs["hex"], `c-${bytes.toString("hex")}`);
    assert.equal(outputs["dec"], `c-${BigInt(`0x${bytes.toString("hex")}`)}`);
  });

  it("bytes are secret in both forms", () => {
    const { outputs } = drawn("Bytes", { length: 8 });
    assert.ok(isSecret(outputs["hex"]) && isSecret(outputs["base64"]));
    assert.match(plainMap(outputs)["hex"] as string, /^[0-9a-f]{16}$/);
  });

  it("an integer lies within its bounds, both included", () => {
    const seen = new Set(Array.from({ length: 200 }, () => drawn("Integer", { min: 1, max: 3 }).outputs["result"]));
    assert.deepEqual([...seen].sort(), [1, 2, 3]);
  });

  it("strings, uuids and pets are their own identifiers", () => {
    const text = drawn("String", { length: 5, special: false });
    assert.equal(text.outputs["result"], text.id);
    assert.match(drawn("Uuid", {}).id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(drawn("Pet", { prefix: "a", length: 3 }).id, /^a(-[a-z]+){3}$/);
  });

  it("a preview predicts the inputs and leaves the result open, as do inputs that are not known yet", () => {
    assert.deepEqual(create(token("Uuid"), { keepers: { a: "1" } }, true), {
      id: "",
      outputs: { keepers: { a: "1" }, result: UNKNOWN },
    });
    assert.equal(create(token("Integer"), { min: UNKNOWN, max: 3 }, false).outputs["result"], UNKNOWN);
  });

  it("any changed input or keeper replaces; a default that is spelled out does not", () => {
    const { outputs } = drawn("Password", { length: 8, keepers: { a: "1" } });
    const changed = (news: Values): string[] => [...diff(token("Password"), outputs, news).changes.keys()];
    assert.deepEqual(changed({ length: 8, keepers: { a: "1" }, special: true }), []);
    assert.deepEqual(changed({ length: 9, keepers: { a: "2" } }), ["length", "keepers"]);
    assert.equal(diff(token("Password"), outputs, { length: 9 }).changes.get("keepers")?.replace, true);
  });

  it("names what it does not offer", () => {
    assert.throws(
      () => drawn("Shuffle", {}),
      /RandomShuffle: not offered by the stand-in; expected one of RandomPassword/,
    );
  });
});
