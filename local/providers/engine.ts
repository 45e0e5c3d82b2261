/** The engine's side of the plugin protocol that a provider calls: messages for the terminal. */
import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

export type Severity = "debug" | "info" | "warning" | "error";

export interface Engine {
  /** A line that stays on the terminal, under the resource. */
  log(severity: Severity, urn: string, message: string): void;
  /** What the resource is doing now; replaced by the next status, cleared by an empty one. */
  status(urn: string, message: string): void;
}

const LIMIT = 400 * 1024 * 1024;
/** Options of every connection: the engine sends whole states, which pass gRPC's 4 MB default. */
export const CHANNEL = { "grpc.max_receive_message_length": LIMIT, "grpc.max_send_message_length": LIMIT };

const SEVERITY = {
  debug: enginePb.LogSeverity.DEBUG,
  info: enginePb.LogSeverity.INFO,
  warning: enginePb.LogSeverity.WARNING,
  error: enginePb.LogSeverity.ERROR,
};

/** Connects to the engine at host:port. Messages are sent and forgotten: a lost one must not fail an update. */
export function connect(address: string): Engine {
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure(), CHANNEL);
  const send = (severity: Severity, urn: string, message: string, ephemeral: boolean): void => {
    const request = new enginePb.LogRequest();
    request.setSeverity(SEVERITY[severity]);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(ephemeral);
    client.log(request, () => undefined);
  };
  return {
    log: (severity, urn, message) => {
      send(severity, urn, message, false);
    },
    status: (urn, message) => {
      send("info", urn, message, true);
    },
  };
}

/** For a provider that no engine has attached to yet, and for tests. */
export const SILENT: Engine = { log: () => undefined, status: () => undefined };
