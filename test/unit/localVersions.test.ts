import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { imageNames, versions } from "../../local/versions.ts";

describe("local versions", () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;

  it("build the CLI of the SDK's version, and the image of the project's Node", () => {
    assert.equal(versions.pulumi, manifest.dependencies["@pulumi/pulumi"]);
    assert.equal(versions.node, manifest.devDependencies["node"]);
  });

  it("give images their official names", () => {
    assert.equal(imageNames.kafka("4.3.1"), "docker.io/apache/kafka:4.3.1");
    assert.equal(imageNames.node, `docker.io/library/node:${versions.node}-bookworm-slim`);
  });
});
