import { strict as assert } from "node:assert";
import { goProblem, type HostFacts, refusal } from "../../local/host.ts";

const bare: HostFacts = { platform: "linux", arch: "x64", uid: 0, distribution: "debian 12", go: "1.26.8" };

describe("local host: where the embedded cluster runs, and what a refusal says", () => {
  it("runs as root on Debian 12 with Go", () => {
    assert.equal(refusal(bare), undefined);
  });

  const cases: [what: string, change: Partial<HostFacts>, says: RegExp][] = [
    [
      "another operating system",
      { platform: "darwin", distribution: "unknown", uid: 501 },
      /This is darwin, not Linux/,
    ],
    ["another distribution", { distribution: "ubuntu 24.04" }, /This is ubuntu 24\.04, not Debian 12/],
    ["another release of Debian", { distribution: "debian 13" }, /This is debian 13, not Debian 12/],
    ["another processor", { arch: "arm64" }, /The processor is arm64, not x64/],
    ["a user that is not root", { uid: 1000 }, /this is user id 1000\. Run it with sudo/],
    ["no Go", { go: undefined }, /no `go` on PATH\. Install Go 1\.25 or later/],
    ["an old Go", { go: "1.9.7" }, /The `go` on PATH is 1\.9\.7\. Install Go 1\.25 or later/],
  ];
  for (const [what, change, says] of cases) {
    it(`refuses ${what}, and tells the way that needs none of this`, () => {
      const text = refusal({ ...bare, ...change }) ?? "";
      assert.match(text, says);
      assert.match(text, /Pulumi CLI .* and the kubeconfig of a cluster/);
      assert.equal(text.split("\n").filter((line) => line.startsWith("  - ")).length, 1);
    });
  }

  it("names all problems at once", () => {
    const text = refusal({ ...bare, uid: 1000, go: undefined, distribution: "fedora 44" }) ?? "";
    assert.equal(text.split("\n").filter((line) => line.startsWith("  - ")).length, 3);
  });

  it("takes Go from 1.25 on", () => {
    assert.deepEqual(
      ["1.24.9", "1.25", "1.25.0", "1.100.1", "2.0"].map((version) => goProblem(version) === undefined),
      [false, true, true, true, true],
    );
  });
});
