/**
 * Runs the real program without engine, cluster or network, and records what it would register: inputs, secretness and
 * the resource options that Pulumi's own mocks hide. `render`, the golden files and the component tests stand on it.
 *
 * It closes what makes mock runs lie: an exception inside an `apply` (the resource would silently be missing) and a
 * resource that was constructed but never registered both reject the recording.
 */
import * as pulumi from "@pulumi/pulumi";
import { READ_OUTPUTS } from "../../stacks/guards/previous.ts";
import { type RecordedResource, readRegistration, readRequest, unwrap } from "./registration.ts";
import { mockState, type ProviderCall } from "./stand-in.ts";

export interface RecordOptions {
  readonly project?: string;
  readonly stack?: string;
  /** Run as `pulumi preview` does: what only a provider can know stays unknown. Default false. */
  readonly preview?: boolean;
  /** Pulumi configuration, keys with their namespace; objects as JSON text. */
  readonly config?: Readonly<Record<string, string>>;
  /** Text of every random id. Default: one made from the resource's name, always the same. */
  readonly randomId?: string;
  /** Outputs of the stack's last `up`. Default none, as a new stack has it. */
  readonly lastOutputs?: Readonly<Record<string, unknown>>;
  /** Answers to provider functions. Default: every call is refused. */
  readonly call?: ProviderCall;
}

export interface Recording<T> {
  /** What the program returned. */
  readonly result: T;
  /** Every registered or read resource but the stack itself, in order of registration. */
  readonly resources: readonly RecordedResource[];
  /** Stack outputs, secrets unwrapped; empty when the program returned a resource or nothing. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What each component passed to registerOutputs, by URN. */
  readonly componentOutputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

const STACK = "pulumi:pulumi:Stack";
const QUIET_MS = 100;

/** Pulumi's runtime is global: one recording at a time. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Records one run of `program`.
 * @throws what the program throws; an AggregateError when an `apply` failed or a resource was never registered.
 */
export function record<T>(program: () => T | Promise<T>, options: RecordOptions = {}): Promise<Recording<T>> {
  const run = queue.then(() => recordNow(program, options));
  queue = run.catch(() => undefined);
  return run;
}

async function recordNow<T>(program: () => T | Promise<T>, options: RecordOptions): Promise<Recording<T>> {
  const preview = options.preview ?? false;
  pulumi.runtime.setAllConfig({ ...options.config });
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => mockState(args, { preview, randomId: options.randomId }),
      call: (args) => {
        if (args.token === READ_OUTPUTS) return { outputs: { ...options.lastOutputs } };
        if (options.call) return options.call(args);
        const message = `provider function ${args.token} is not available offline`;
        // Pulumi reads the message of a failed call from `details`, as gRPC has it.
        throw Object.assign(new Error(message), { details: message });
      },
    },
    options.project ?? "kafka-platform",
    options.stack ?? "test",
    preview,
    "organization",
  );
  const resources: RecordedResource[] = [];
  const outputs = new Map<string, Readonly<Record<string, unknown>>>();
  tapMonitor(resources, outputs);

  const constructed: string[] = [];
  const rejections = watchRejections();
  let result: { value: T } | undefined;
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation((args) => {
        if (args.type !== STACK) constructed.push(`${args.type} ${args.name}`);
        return undefined;
      });
      const value = await program();
      result = { value };
      return pulumi.Resource.isInstance(value) ? undefined : value;
    });
    await Promise.race([pulumi.runtime.disconnect(), rejections.settled]);
  } finally {
    await rejections.stop();
  }
  refuseLosses(constructed, resources, rejections.seen);
  if (!result) throw new Error("the program did not run to its end");
  const stack = resources.find((resource) => resource.type === STACK);
  return {
    result: result.value,
    resources: resources.filter((resource) => resource.type !== STACK),
    outputs: (stack && outputs.get(stack.urn)) ?? {},
    componentOutputs: outputs,
  };
}

/** Replaces the mock monitor's methods by ones that note the request and the URN that it got. */
function tapMonitor(resources: RecordedResource[], outputs: Map<string, Readonly<Record<string, unknown>>>): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  const read = monitor.readResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response) resources.push(readRegistration(request, response.getUrn()));
      callback(error, response);
    });
  monitor.readResource = (request, callback) =>
    read(request, (error, response) => {
      if (response) resources.push(readRequest(request, response.getUrn()));
      callback(error, response);
    });
  monitor.registerResourceOutputs = (request, callback) => {
    outputs.set(
      request.getUrn(),
      unwrap(request.getOutputs()?.toJavaScript() ?? {}, "", []) as Record<string, unknown>,
    );
    registerOutputs(request, callback);
  };
}

/** Takes over the process's unhandled rejections while the program runs; Pulumi's own bookkeeping would lose them. */
function watchRejections(): Rejections {
  const seen: unknown[] = [];
  const others = process.listeners("unhandledRejection");
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let quiet: NodeJS.Timeout | undefined;
  const note = (reason: unknown): void => {
    if (!seen.includes(reason)) seen.push(reason);
    // What depends on a lost resource waits for its URN for ever, and disconnect() with it: end when nothing more comes.
    clearTimeout(quiet);
    quiet = setTimeout(settle, QUIET_MS);
  };
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", note);
  return {
    seen,
    settled,
    stop: async () => {
      // Node reports a rejection after the microtasks of the turn in which it happened.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      clearTimeout(quiet);
      process.off("unhandledRejection", note);
      for (const listener of others) process.on("unhandledRejection", listener);
    },
  };
}

function refuseLosses(constructed: string[], resources: readonly RecordedResource[], rejections: unknown[]): void {
  const registered = new Set(resources.map((resource) => `${resource.type} ${resource.name}`));
  const lost = constructed.filter((resource) => !registered.has(resource));
  if (lost.length === 0 && rejections.length === 0) return;
  // Forgets the promises that will never settle, so that Pulumi does not complain of them when the process ends.
  pulumi.runtime.resetOptions("", "", -1, "", "", false, "");
  const causes = rejections.map((reason) => (reason instanceof Error ? reason.message : String(reason)));
  const message = [
    ...(lost.length > 0 ? [`constructed but never registered: ${lost.join(", ")}`] : []),
    ...(causes.length > 0 ? [`rejected and not handled: ${causes.join("; ")}`] : []),
  ].join("; ");
  throw new AggregateError(rejections, message);
}

interface Rejections {
  readonly seen: unknown[];
  /** Resolves once a rejection was seen and none followed for a while. */
  readonly settled: Promise<void>;
  stop(): Promise<void>;
}

type Callback<R> = (error: unknown, response: R | undefined) => void;
type Send<Q, R> = (request: Q, callback: Callback<R>) => unknown;
interface Monitor {
  registerResource: Send<Parameters<typeof readRegistration>[0], { getUrn(): string }>;
  readResource: Send<Parameters<typeof readRequest>[0], { getUrn(): string }>;
  registerResourceOutputs: Send<
    { getUrn(): string; getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined },
    unknown
  >;
}
