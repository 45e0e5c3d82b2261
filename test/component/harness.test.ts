import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  at,
  expectPlain,
  expectSecret,
  expectSecretOutput,
  isKnown,
  unknown,
  valueOf,
  world,
} from "../support/world.ts";

const configMap = (
  name: string,
  data: pulumi.Input<Record<string, pulumi.Input<string>>>,
  opts?: pulumi.CustomResourceOptions,
) => new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "ns" }, data }, opts);

describe("the test harness", () => {
  describe("false green 1: an assertion in an apply that nobody awaits", () => {
    it("fails the run although nothing depends on the apply", async () => {
      await assert.rejects(
        world(() => {
          configMap("settings", { key: "value" }).data.apply((data) => {
            assert.equal(data["key"], "another value");
          });
        }),
        /rejected and not handled: .*another value/s,
      );
    });
  });

  describe("false green 2: an exception in an apply that feeds a resource", () => {
    it("fails the run and names the resource that was never registered", async () => {
      await assert.rejects(
        world(() => {
          const broken = configMap("first", { key: "value" }).data.apply((): Record<string, string> => {
            throw new Error("no such key");
          });
          configMap("second", broken);
        }),
        /never registered: kubernetes:core\/v1:ConfigMap second.*no such key/s,
      );
    });

    it("names what depends on the lost resource too, instead of waiting for its URN", async () => {
      await assert.rejects(
        world(() => {
          const broken = pulumi.output("x").apply((): Record<string, string> => {
            throw new Error("no such key");
          });
          const lost = configMap("lost", broken);
          configMap("dependant", { key: "value" }, { dependsOn: lost });
        }),
        /never registered: .*ConfigMap lost, .*ConfigMap dependant/s,
      );
    });
  });

  describe("false green 3: an output that never resolves in a preview", () => {
    const randomId = () => new random.RandomId("id", { byteLength: 16 });

    it("fails valueOf with the output's name within its time", async () => {
      const { result } = await world(randomId, { preview: true });
      await assert.rejects(valueOf(result.b64Url, "id.b64Url", 50), /output id\.b64Url has no value after 50 ms/);
      assert.equal(await isKnown(result.b64Url), false);
    });

    it("shows inputs made from such an output as unknown", async () => {
      const { one } = await world(() => configMap("settings", { id: randomId().b64Url }), { preview: true });
      assert.equal(at(one("ConfigMap"), "data.id"), unknown);
    });

    it("knows the same output outside a preview, in the shape that the provider gives it", async () => {
      const { result } = await world(randomId);
      assert.match(await valueOf(result.b64Url, "id.b64Url"), /^[\w-]{22}$/);
    });

    it("rejects valueOf when the output itself was rejected", async () => {
      const { result } = await world(() => ({ later: "x" }));
      const failed = pulumi.output(Promise.reject<string>(new Error(`${result.later} broke`)));
      await assert.rejects(valueOf(failed, "failed"), /x broke/);
    });
  });

  describe("false green 4: mocks do not do the engine's work", () => {
    it("keeps a random password secret, and the Secret made of it", async () => {
      const { result, one } = await world(() => {
        const password = new random.RandomPassword("password", { length: 32 });
        new k8s.core.v1.Secret("credentials", { stringData: { password: password.result } });
        return password;
      });
      await expectSecretOutput(result.result, "password.result");
      assert.equal((await valueOf(result.result, "password.result")).length, 32);
      expectSecret(one("Secret"), "stringData.password");
    });

    it("sees a secret that leaks into a ConfigMap", async () => {
      const { one } = await world(() => configMap("settings", { password: pulumi.secret("hunter2") }));
      assert.throws(() => {
        expectPlain(one("ConfigMap"));
      }, /holds secret inputs/);
    });

    it("refuses provider functions and random resources that it has no answer for", async () => {
      await assert.rejects(
        world(async () => {
          await pulumi.runtime.invoke("aws:index/getRegion:getRegion", {});
        }),
        /provider function aws:index\/getRegion:getRegion is not available offline/,
      );
      await assert.rejects(
        world(() => new random.RandomPet("pet")),
        /no offline answer for random:index\/randomPet:RandomPet/,
      );
    });
  });

  describe("resource options", () => {
    it("are recorded: parent, provider, protect, ignoreChanges, retainOnDelete and the others", async () => {
      class Group extends pulumi.ComponentResource {
        constructor(name: string, opts: pulumi.ComponentResourceOptions) {
          super("test:index:Group", name, {}, opts);
          const first = configMap(`${name}-first`, {}, { parent: this });
          configMap(
            `${name}-second`,
            {},
            {
              parent: this,
              dependsOn: first,
              ignoreChanges: ["data"],
              retainOnDelete: true,
              deleteBeforeReplace: true,
              customTimeouts: { create: "20m", update: "30m" },
              additionalSecretOutputs: ["data"],
              aliases: [{ name: "former" }],
              replaceOnChanges: ["metadata"],
            },
          );
          this.registerOutputs({});
        }
      }
      const { one } = await world(() => {
        const provider = new k8s.Provider("cluster", {});
        return new Group("group", { provider, protect: true });
      });
      const { options } = one("ConfigMap", "group-second");
      assert.match(options.parent, /test:index:Group::group$/);
      assert.match(options.provider, /pulumi:providers:kubernetes::cluster::/);
      assert.equal(options.protect, true);
      assert.equal(options.retainOnDelete, true);
      assert.equal(options.deleteBeforeReplace, true);
      assert.deepEqual(options.ignoreChanges, ["data"]);
      assert.deepEqual(options.replaceOnChanges, ["metadata"]);
      assert.deepEqual(options.additionalSecretOutputs, ["data"]);
      assert.deepEqual(options.customTimeouts, { create: "20m", update: "30m", delete: "" });
      assert.match(options.dependsOn.join(), /ConfigMap::group-first$/);
      assert.match(options.aliases.join(), /former/);
      assert.equal(one("ConfigMap", "group-first").options.retainOnDelete, false);
    });
  });

  it("rejects with the program's own error when the program throws", async () => {
    await assert.rejects(
      world(() => {
        throw new Error("settings are wrong");
      }),
      /settings are wrong/,
    );
  });

  it("records two worlds at once without mixing them", async () => {
    const [first, second] = await Promise.all([
      world(() => configMap("one", {}), { stack: "a" }),
      world(() => configMap("two", {}), { stack: "b" }),
    ]);
    assert.deepEqual(first.inventory(), ["ConfigMap one"]);
    assert.deepEqual(second.inventory(), ["ConfigMap two"]);
    assert.match(second.one("ConfigMap").urn, /^urn:pulumi:b::/);
  });

  it("returns the stack outputs, and refuses to guess between two resources of a kind", async () => {
    const { outputs, one } = await world(() => {
      configMap("one", {});
      return { name: configMap("two", {}).metadata.name, count: 3 };
    });
    assert.deepEqual(outputs, { name: "two", count: 3 });
    assert.throws(() => one("ConfigMap"), /expected one ConfigMap , found 2/);
  });
});
