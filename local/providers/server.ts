/** Serves a provider to the engine: the gRPC service, the port on standard output, cancellation. */
import grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as pb from "@pulumi/pulumi/proto/provider_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { CHANNEL, connect, type Engine, SILENT } from "./engine.ts";
import type { Provider, Resource } from "./protocol.ts";
import { checkResponse, diffResponse, failed, pack, unpack } from "./wire.ts";

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/** A handler of one call; what it throws becomes the call's error. */
function unary<Request, Response>(handle: (request: Request) => Promise<Response> | Response) {
  return (call: Call<Request>, reply: grpc.sendUnaryData<Response>): void => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => {
          reply(null, response);
        },
        (error: unknown) => {
          reply(failed(error));
        },
      );
  };
}

const unsupported = (what: string, token: string): never => {
  throw new Error(`The stand-in provider has no ${what} (asked for ${token}); install the real plugin to use it.`);
};

/**
 * Starts the provider on a free loopback port. The engine's address is given here, or comes with the handshake or an
 * attach.
 */
export async function start(provider: Provider, engineAddress = ""): Promise<{ port: number; stop: () => void }> {
  let engine: Engine = SILENT;
  const cancelled = new AbortController();
  const attach = (address: string): void => {
    if (address !== "") engine = connect(address);
  };
  attach(engineAddress);

  const on = (request: { getUrn(): string }): Resource => {
    const urn = request.getUrn();
    const [, , types = "", name = ""] = urn.split("::");
    return { urn, type: types.split("$").at(-1) ?? "", name, engine, signal: cancelled.signal };
  };

  const server = new grpc.Server(CHANNEL);
  server.addService(providerService.ResourceProviderService, {
    handshake: unary((request: pb.ProviderHandshakeRequest) => {
      attach(request.getEngineAddress());
      const response = new providerPb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: unary((request: InstanceType<typeof pluginPb.PluginAttach>) => {
      attach(request.getAddress());
      return new emptyPb.Empty();
    }),
    getPluginInfo: unary(() => {
      const response = new pluginPb.PluginInfo();
      response.setVersion(provider.version);
      return response;
    }),
    getSchema: unary(() => unsupported("schema", "GetSchema")),
    checkConfig: unary((request: pb.CheckRequest) => {
      const news = unpack(request.getNews());
      return checkResponse(news, provider.checkConfig?.(news));
    }),
    diffConfig: unary((request: pb.DiffRequest) => {
      const diff = provider.diffConfig?.(unpack(request.getOlds()), unpack(request.getNews()));
      return diff ? diffResponse(diff) : new providerPb.DiffResponse();
    }),
    configure: unary(async (request: pb.ConfigureRequest) => {
      await provider.configure(unpack(request.getArgs()), engine);
      const response = new providerPb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    check: unary(async (request: pb.CheckRequest) => {
      const naming = { seed: request.getRandomseed_asU8(), proposed: request.getAutonaming()?.getProposedName() ?? "" };
      const { inputs, failures } = await provider.check(
        on(request),
        unpack(request.getOlds()),
        unpack(request.getNews()),
        naming,
      );
      return checkResponse(inputs, failures);
    }),
    diff: unary(async (request: pb.DiffRequest) => {
      const olds = unpack(request.getOlds());
      return diffResponse(
        await provider.diff(on(request), olds, unpack(request.getNews()), request.getIgnorechangesList()),
      );
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const inputs = unpack(request.getProperties());
      const made = await provider.create(on(request), inputs, request.getTimeout(), request.getPreview());
      const response = new providerPb.CreateResponse();
      response.setId(made.id);
      response.setProperties(pack(made.outputs));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const [inputs, state] = [unpack(request.getInputs()), unpack(request.getProperties())];
      const found = await provider.read(on(request), request.getId(), inputs, state);
      const response = new providerPb.ReadResponse();
      if (!found) return response;
      response.setId(found.id);
      response.setInputs(pack(found.inputs));
      response.setProperties(pack(found.outputs));
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const outputs = await provider.update(on(request), {
        id: request.getId(),
        olds: unpack(request.getOlds()),
        news: unpack(request.getNews()),
        ignore: request.getIgnorechangesList(),
        timeout: request.getTimeout(),
        preview: request.getPreview(),
      });
      const response = new providerPb.UpdateResponse();
      response.setProperties(pack(outputs));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      await provider.remove(on(request), request.getId(), unpack(request.getProperties()), request.getTimeout());
      return new emptyPb.Empty();
    }),
    cancel: unary(() => {
      cancelled.abort();
      return new emptyPb.Empty();
    }),
    invoke: unary((request: pb.InvokeRequest) => unsupported("functions", request.getTok())),
    call: unary((request: pb.CallRequest) => unsupported("methods", request.getTok())),
    construct: unary((request: pb.ConstructRequest) => unsupported("components", request.getType())),
  });
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) fail(error);
      else done(bound);
    });
  });
  return {
    port,
    stop: () => {
      server.forceShutdown();
    },
  };
}

/** Ends the process when the engine that started it is gone, however it went. */
function endWithEngine(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 2000).unref();
}

/** Runs a plugin process: serves until the engine ends it, with the port on standard output as the engine expects. */
export async function serve(provider: Provider): Promise<void> {
  const { port } = await start(provider, process.argv[2]);
  process.stdout.write(`${port}\n`);
  endWithEngine();
}
