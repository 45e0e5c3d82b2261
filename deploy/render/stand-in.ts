/** What providers answer offline. Random values are stable, so that two renderings of one stack are equal. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

export type ProviderCall = pulumi.runtime.Mocks["call"];
interface Answer {
  readonly id: string | undefined;
  readonly state: Record<string, unknown>;
}

export interface StandIn {
  /** In a preview, what only a provider can make is left out, hence unknown. */
  readonly preview: boolean;
  /** Text of every random id in place of a made-up one. */
  readonly randomId?: string | undefined;
}

/** Id and state of a new or read resource. */
export function mockState(args: pulumi.runtime.MockResourceArgs, { preview, randomId }: StandIn): Answer {
  const inputs = args.inputs as Record<string, unknown>;
  if (args.type.startsWith("random:")) {
    if (preview) return { id: undefined, state: inputs };
    const answer = randomState(args.type, args.name, inputs);
    return randomId === undefined || !("b64Url" in answer.state)
      ? answer
      : { id: randomId, state: { ...inputs, b64Url: randomId } };
  }
  if (args.type.startsWith("kubernetes:")) {
    const answer = kubernetesState(args, inputs);
    return preview && !args.id ? { ...answer, id: undefined } : answer;
  }
  return { id: args.custom === false ? undefined : `${args.name}-id`, state: inputs };
}

function kubernetesState(args: pulumi.runtime.MockResourceArgs, inputs: Record<string, unknown>): Answer {
  // A resource that is read has an id and no inputs.
  if (args.id) {
    const [first = "", second] = args.id.split("/");
    const metadata = second === undefined ? { name: first } : { namespace: first, name: second };
    return { id: args.id, state: { ...inputs, metadata } };
  }
  const given = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
  const metadata = { ...given, name: given.name ?? `${args.name}-${stable(args.name, 4).toString("hex")}` };
  return {
    id: given.namespace === undefined ? metadata.name : `${given.namespace}/${metadata.name}`,
    state: { ...inputs, metadata },
  };
}

function randomState(type: string, name: string, inputs: Record<string, unknown>): Answer {
  switch (type) {
    case "random:index/randomId:RandomId": {
      const bytes = stable(name, Number(inputs["byteLength"]));
      const b64Url = bytes.toString("base64url");
      return {
        id: b64Url,
        state: { ...inputs, b64Url, b64Std: bytes.toString("base64"), hex: bytes.toString("hex") },
      };
    }
    case "random:index/randomPassword:RandomPassword": {
      const length = Number(inputs["length"]);
      const result = stable(name, length).toString("base64url").slice(0, length);
      // The engine makes these secret (additionalSecretOutputs of the SDK); mocks have no engine.
      return {
        id: "none",
        state: { ...inputs, result: pulumi.secret(result), bcryptHash: pulumi.secret(`$2a$10$${result}`) },
      };
    }
    default:
      throw new Error(`no offline answer for ${type} (${name}); add one beside the others`);
  }
}

/** `length` bytes that depend on `name` alone. */
function stable(name: string, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) =>
    createHash("sha256").update(`${name}:${block}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}
