import { strict as assert } from "node:assert";
import grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { CreateResponse, DiffResponse, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { SILENT } from "../../local/providers/engine.ts";
import { diffConfig, makeProvider } from "../../local/providers/kubernetes/provider.ts";
import { type Diff, NotReady, type Provider, type Resource } from "../../local/providers/protocol.ts";
import { random } from "../../local/providers/random/provider.ts";
import { start } from "../../local/providers/server.ts";
import { at, isSecret, secret, text, UNKNOWN, type Values } from "../../local/providers/values.ts";
import { pack, unpack } from "../../local/providers/wire.ts";
import { type FakeApi, startFakeApi } from "../support/fakeApi.ts";

const urn = (type: string, name: string): string => `urn:pulumi:dev::kafka-platform::${type}::${name}`;
const on = (type: string, name: string): Resource => ({
  urn: urn(type, name),
  type,
  name,
  engine: SILENT,
  signal: new AbortController().signal,
});
const CONFIG_MAP = on("kubernetes:core/v1:ConfigMap", "settings");
const STATEFUL_SET = on("kubernetes:apps/v1:StatefulSet", "kafka");

const configMap = (data: Values): Values => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "kafka" },
  data,
});
const PLACE = "/api/v1/namespaces/kafka/configmaps/settings";

describe("stand-in providers: over the wire", () => {
  type Client = InstanceType<typeof providerService.ResourceProviderClient>;
  type Reply<T> = (error: grpc.ServiceError | null, response: T) => void;

  /** Serves the provider, asks it one thing as the engine would, and returns the error or the response. */
  async function ask<T>(
    provider: Provider,
    send: (client: Client, reply: Reply<T>) => void,
  ): Promise<{ error: grpc.ServiceError | null; response: T }> {
    const { port, stop } = await start(provider);
    const client = new providerService.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    try {
      return await new Promise((done) => {
        send(client, (error, response) => {
          done({ error, response });
        });
      });
    } finally {
      client.close();
      stop();
    }
  }

  const createRequest = (type: string, inputs: Values): InstanceType<typeof providerPb.CreateRequest> => {
    const request = new providerPb.CreateRequest();
    request.setUrn(urn(type, "a"));
    request.setProperties(pack(inputs));
    return request;
  };

  it("secrets and unknown values survive the trip", () => {
    const values: Values = { a: secret({ b: UNKNOWN }), list: [1, true, null, "x"] };
    assert.deepEqual(unpack(pack(values)), values);
  });

  it("a create returns its identifier and outputs", async () => {
    const request = createRequest("random:index/randomPassword:RandomPassword", { length: 9 });
    const { error, response } = await ask<CreateResponse>(random, (client, reply) => client.create(request, reply));
    assert.equal(error, null);
    assert.equal(response.getId(), "none");
    assert.equal(isSecret(unpack(response.getProperties())["result"]), true);
  });

  it("an object that is not ready travels with its state and reasons", async () => {
    const create = (): Promise<never> =>
      Promise.reject(new NotReady("not live", "kafka/kafka", { a: "1" }, ["0 out of 3"]));
    const request = createRequest("kubernetes:apps/v1:StatefulSet", {});
    const { error } = await ask<CreateResponse>({ ...random, create }, (client, reply) =>
      client.create(request, reply),
    );
    assert.equal(error?.details, "not live");
    const [bytes] = error.metadata.get("grpc-status-details-bin");
    const [any] = statusPb.Status.deserializeBinary(bytes as Buffer).getDetailsList();
    const detail = providerPb.ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
    assert.equal(detail.getId(), "kafka/kafka");
    assert.deepEqual(unpack(detail.getProperties()), { a: "1" });
    assert.deepEqual(detail.getReasonsList(), ["not live", "0 out of 3"]);
  });

  it("a difference names the top-level properties, and the paths that replace", async () => {
    const changes: Diff["changes"] = new Map([
      ["data.a", { kind: "update", replace: true }],
      ['data["b.c"]', { kind: "delete", replace: false }],
    ]);
    const diff = (): Promise<Diff> => Promise.resolve({ deleteBeforeReplace: true, changes });
    const request = new providerPb.DiffRequest();
    const { response } = await ask<DiffResponse>({ ...random, diff }, (client, reply) => client.diff(request, reply));
    assert.deepEqual([response.getDiffsList(), response.getReplacesList()], [["data"], ["data.a"]]);
    assert.equal(response.getDeletebeforereplace(), true);
    const { DELETE, UPDATE_REPLACE } = providerPb.PropertyDiff.Kind;
    const kinds = ["data.a", 'data["b.c"]'].map((path) => response.getDetaileddiffMap().get(path)?.getKind());
    assert.deepEqual(kinds, [UPDATE_REPLACE, DELETE]);
  });

  it("what the stand-in lacks is refused by name", async () => {
    const request = new providerPb.InvokeRequest();
    request.setTok("kubernetes:yaml:decode");
    const { error } = await ask<InvokeResponse>(random, (client, reply) => client.invoke(request, reply));
    assert.match(error?.details ?? "", /no functions \(asked for kubernetes:yaml:decode\); install the real plugin/);
  });
});

describe("stand-in providers: against an API server", () => {
  let api: FakeApi;
  let provider: Provider;

  beforeEach(async () => {
    api = await startFakeApi();
    provider = makeProvider();
    await provider.configure({ kubeconfig: api.kubeconfig }, SILENT);
    api.objects.set("/api/v1/namespaces/kafka", { kind: "Namespace" });
  });
  afterEach(() => api.stop());

  const put = async (inputs: Values, timeout = 5, target = CONFIG_MAP): Promise<Values> =>
    (await provider.create(target, inputs, timeout, false)).outputs;

  it("creates under its own manager and keeps the manager in the state", async () => {
    const outputs = await put(configMap({ a: "1" }));
    const manager = text(outputs, "__fieldManager");
    assert.match(manager, /^pulumi-kubernetes-/);
    assert.deepEqual(api.calls, [
      `POST /api/v1/namespaces/kafka/configmaps?fieldManager=${manager}&fieldValidation=Warn`,
    ]);
    assert.equal(text(outputs, "metadata", "uid"), "u1");
  });

  it("never adopts an object that exists already", async () => {
    api.objects.set(PLACE, configMap({ a: "theirs" }));
    await assert.rejects(put(configMap({ a: "1" })), /was not successfully created .*"settings" already exists/);
    assert.deepEqual(api.objects.get(PLACE), configMap({ a: "theirs" }));
  });

  it("a preview writes nothing and predicts by dry run", async () => {
    const { id, outputs } = await provider.create(CONFIG_MAP, configMap({ a: "1" }), 0, true);
    assert.equal(id, "");
    assert.equal(text(outputs, "metadata", "uid"), "u1");
    assert.match(api.calls.join(), /dryRun=All/);
    assert.equal(api.objects.has(PLACE), false);
  });

  const blind: readonly (readonly [string, Values, () => unknown])[] = [
    [
      "the namespace is not there yet",
      configMap({ a: "1" }),
      () => {
        api.objects.clear();
      },
    ],
    ["a value is not known yet", configMap({ a: UNKNOWN }), () => undefined],
    ["the object is still there", configMap({ a: "1" }), () => api.objects.set(PLACE, configMap({}))],
    ["the kind is not there yet", { ...configMap({}), apiVersion: "example.com/v1", kind: "Thing" }, () => undefined],
  ];
  for (const [what, inputs, prepare] of blind) {
    it(`a preview predicts the inputs when ${what}`, async () => {
      prepare();
      assert.deepEqual(await provider.create(CONFIG_MAP, inputs, 0, true), { id: "", outputs: inputs });
    });
  }

  it("an update applies as the same manager, without force", async () => {
    const olds = await put(configMap({ a: "1" }));
    const request = { id: "kafka/settings", olds, ignore: [], timeout: 0, preview: false };
    const outputs = await provider.update(CONFIG_MAP, { ...request, news: configMap({ a: "2" }) });
    assert.deepEqual(at(api.objects.get(PLACE), "data"), { a: "2" });
    assert.equal(outputs["__fieldManager"], olds["__fieldManager"]);
    const [applied] = api.calls.filter((line) => line.includes("force="));
    assert.match(applied ?? "", /^PATCH .*force=false/);
  });

  const set = (annotations: Values = {}): Values => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "kafka", namespace: "kafka", annotations },
    spec: { replicas: 1, selector: { matchLabels: { app: "kafka" } } },
  });
  const SET = "/apis/apps/v1/namespaces/kafka/statefulsets/kafka";
  const DONE = {
    observedGeneration: 1,
    replicas: 1,
    readyReplicas: 1,
    currentReplicas: 1,
    currentRevision: "a",
    updateRevision: "a",
  };

  it("a wait that runs out fails with the state, and the next update resumes on it", async () => {
    const failed = await put(set(), 0.2, STATEFUL_SET).catch((error: unknown) => error);
    assert.ok(failed instanceof NotReady);
    assert.equal(failed.id, "kafka/kafka");
    assert.match(failed.message, /'kafka' timed out waiting to be Ready/);
    assert.deepEqual(failed.reasons.slice(1, 2), ["0 out of 1 replicas succeeded readiness checks"]);
    assert.equal(text(failed.outputs, "metadata", "uid"), "u1");
    setTimeout(() => {
      api.change(SET, { ...api.objects.get(SET), status: DONE });
    }, 150);
    const request = { id: failed.id, olds: failed.outputs, news: set(), ignore: [], timeout: 5, preview: false };
    const outputs = await provider.update(STATEFUL_SET, request);
    assert.deepEqual(outputs["status"], DONE);
  });

  it("does not wait where the annotation says so", async () => {
    const outputs = await put(set({ "pulumi.com/skipAwait": "true" }), 0.2, STATEFUL_SET);
    assert.equal(outputs["status"], undefined);
  });

  it("reads back what changed; gone is gone", async () => {
    const state = await put(configMap({ a: "1" }));
    api.objects.set(PLACE, { ...api.objects.get(PLACE), data: { a: "theirs", extra: "x" } });
    const found = await provider.read(CONFIG_MAP, "kafka/settings", configMap({ a: "1" }), state);
    assert.deepEqual(at(found, "inputs", "data"), { a: "theirs" });
    assert.deepEqual(at(found, "outputs", "data"), { a: "theirs", extra: "x" });
    api.objects.delete(PLACE);
    assert.equal(await provider.read(CONFIG_MAP, "kafka/settings", configMap({}), state), undefined);
  });

  it("a refresh of an object that is not ready says so and keeps its state", async () => {
    const state = await put(set({ "pulumi.com/skipAwait": "true" }), 0, STATEFUL_SET);
    api.objects.set(SET, { ...api.objects.get(SET), metadata: set()["metadata"] });
    const failed = await provider.read(STATEFUL_SET, "kafka/kafka", set(), state).catch((error: unknown) => error);
    assert.ok(failed instanceof NotReady);
    assert.deepEqual(failed.inputs?.["spec"], set()["spec"]);
  });

  it("deletes what it owns first, waits until it is gone, and takes gone for done", async () => {
    const state = await put(configMap({ a: "1" }));
    await provider.remove(CONFIG_MAP, "kafka/settings", state, 5);
    assert.equal(api.objects.has(PLACE), false);
    await provider.remove(CONFIG_MAP, "kafka/settings", state, 5);
  });

  it("puts nameless objects into the configured namespace, cluster-wide ones nowhere", async () => {
    await provider.configure({ kubeconfig: api.kubeconfig, namespace: "kafka" }, SILENT);
    const naming = { seed: new Uint8Array(), proposed: "" };
    const placed = async (kind: string): Promise<Values> =>
      (await provider.check(CONFIG_MAP, {}, { apiVersion: "v1", kind, metadata: { name: "a" } }, naming)).inputs;
    assert.equal(text(await placed("ConfigMap"), "metadata", "namespace"), "kafka");
    assert.equal(text(await placed("Namespace"), "metadata", "namespace"), "");
  });

  it("a cluster that does not answer fails the update by name, not the preview", async () => {
    await api.stop();
    const alone = makeProvider();
    await alone.configure({ kubeconfig: api.kubeconfig }, SILENT);
    assert.deepEqual((await alone.create(CONFIG_MAP, configMap({}), 0, true)).outputs, configMap({}));
    await assert.rejects(alone.create(CONFIG_MAP, configMap({}), 0, false), /cluster is unreachable: .*ECONNREFUSED/);
    api = await startFakeApi();
  });

  it("another cluster replaces the provider; another token or an unreadable kubeconfig does not", () => {
    const olds = { kubeconfig: api.kubeconfig };
    const moved = (kubeconfig: string): boolean =>
      [...diffConfig(olds, { kubeconfig }).changes.values()].some(({ replace }) => replace);
    assert.equal(moved(api.kubeconfig.replace('"token":"t"', '"token":"u"')), false);
    assert.equal(moved(api.kubeconfig.replace(api.server, "http://127.0.0.1:1")), true);
    assert.equal(moved("/nowhere/kubeconfig"), false);
  });
});
