/** What one registration request says, in plain words: inputs without Pulumi's envelopes, and every option that matters. */

/** Keys and marks of Pulumi's wire format (sdk/nodejs/runtime/rpc). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Stands for a value that only a provider can know, in a preview. */
export const unknown: unique symbol = Symbol("unknown");

export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** True where the program reads what exists (`X.get`) instead of registering its own. */
  readonly read: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of `inputs` that are secret, e.g. `stringData` or `stringData.password`. */
  readonly secrets: readonly string[];
  readonly options: RecordedOptions;
}

export interface RecordedOptions {
  readonly parent: string;
  /** `urn::id` of the provider; "" means the default provider. */
  readonly provider: string;
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly aliases: readonly string[];
  readonly customTimeouts: { readonly create: string; readonly update: string; readonly delete: string };
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
}

interface Common {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getDependenciesList(): string[];
  getAdditionalsecretoutputsList(): string[];
}

interface RegisterRequest extends Common {
  getCustom(): boolean;
  getObject(): Struct | undefined;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAliasesList(): { toObject(): { urn?: string; spec?: unknown } }[];
  getCustomtimeouts(): { getCreate(): string; getUpdate(): string; getDelete(): string } | undefined;
}

interface ReadRequest extends Common {
  getProperties(): Struct | undefined;
}

/** Reads a RegisterResource request. */
export function readRegistration(request: RegisterRequest, urn: string): RecordedResource {
  const timeouts = request.getCustomtimeouts();
  return {
    ...common(request, urn, request.getObject()),
    custom: request.getCustom(),
    read: false,
    options: {
      ...commonOptions(request),
      protect: request.getProtect(),
      retainOnDelete: request.getRetainondelete(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      ignoreChanges: request.getIgnorechangesList(),
      replaceOnChanges: request.getReplaceonchangesList(),
      aliases: request.getAliasesList().map((alias) => {
        const { urn: aliasUrn, spec } = alias.toObject();
        return aliasUrn ? aliasUrn : JSON.stringify(spec);
      }),
      customTimeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
    },
  };
}

/** Reads a ReadResource request (`X.get`). */
export function readRequest(request: ReadRequest, urn: string): RecordedResource {
  return {
    ...common(request, urn, request.getProperties()),
    custom: true,
    read: true,
    options: {
      ...commonOptions(request),
      protect: false,
      retainOnDelete: false,
      deleteBeforeReplace: false,
      ignoreChanges: [],
      replaceOnChanges: [],
      aliases: [],
      customTimeouts: { create: "", update: "", delete: "" },
    },
  };
}

function common(request: Common, urn: string, properties: Struct | undefined) {
  const secrets: string[] = [];
  const inputs = unwrap(properties?.toJavaScript() ?? {}, "", secrets) as Record<string, unknown>;
  return { urn, type: request.getType(), name: request.getName(), inputs, secrets };
}

function commonOptions(request: Common) {
  return {
    parent: request.getParent(),
    provider: request.getProvider(),
    dependsOn: [...request.getDependenciesList()].sort(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

/** The plain value inside Pulumi's envelopes; notes the path of every secret on the way. */
export function unwrap(value: unknown, path: string, secrets: string[]): unknown {
  if (value === UNKNOWN) return unknown;
  if (Array.isArray(value)) return value.map((item, index) => unwrap(item, `${path}[${index}]`, secrets));
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (fields[SIGNATURE] === SECRET) {
    secrets.push(path);
    return unwrap(fields["value"], path, secrets);
  }
  return Object.fromEntries(
    Object.entries(fields).map(([key, item]) => [key, unwrap(item, path === "" ? key : `${path}.${key}`, secrets)]),
  );
}
