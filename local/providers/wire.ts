/** Translation between plain values and the protocol's messages. */
import grpc from "@grpc/grpc-js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { type Diff, type Failure, NotReady } from "./protocol.ts";
import type { Values } from "./values.ts";

type Struct = InstanceType<typeof structPb.Struct>;
export const pack = (values: Values): Struct => structPb.Struct.fromJavaScript(values);
export const unpack = (struct: Struct | undefined): Values => struct?.toJavaScript() ?? {};

/** The error as gRPC reports it; a NotReady carries its state in the status details. */
export function failed(error: unknown): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof NotReady)) return { code: grpc.status.UNKNOWN, details: message };
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(pack(error.outputs));
  detail.setReasonsList([...error.reasons]);
  if (error.inputs) detail.setInputs(pack(error.inputs));
  const any = new anyPb.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
const KINDS = providerPb.PropertyDiff.Kind;
const CHANGE_KINDS = {
  add: [KINDS.ADD, KINDS.ADD_REPLACE],
  delete: [KINDS.DELETE, KINDS.DELETE_REPLACE],
  update: [KINDS.UPDATE, KINDS.UPDATE_REPLACE],
} as const;

export function diffResponse(diff: Diff): pb.DiffResponse {
  const response = new providerPb.DiffResponse();
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  response.setChanges(diff.changes.size > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  for (const [path, change] of diff.changes) {
    const property = new providerPb.PropertyDiff();
    property.setKind(CHANGE_KINDS[change.kind][change.replace ? 1 : 0]);
    property.setInputdiff(change.kind === "delete");
    response.getDetaileddiffMap().set(path, property);
    if (change.replace) response.addReplaces(path);
  }
  // Top-level names: what the terminal prints as [diff: ~data].
  const names = [...diff.changes.keys()].map((path) => path.split(/[.[]/)[0] ?? path);
  response.setDiffsList([...new Set(names)]);
  return response;
}

export function checkResponse(inputs: Values, failures: readonly Failure[] = []): pb.CheckResponse {
  const response = new providerPb.CheckResponse();
  response.setInputs(pack(inputs));
  for (const { property, reason } of failures) {
    const failure = new providerPb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}
