/** Opens a stack of the program in this checkout through the Pulumi CLI: found on PATH, selected, made only when asked. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import {
  LocalWorkspace,
  type LocalWorkspaceOptions,
  StackNotFoundError as NoStack,
  PulumiCommand,
  type Stack,
  StackAlreadyExistsError,
} from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";

export const PROJECT_ROOT = dirname(import.meta.dirname);

export interface EngineOptions {
  /** Folder of Pulumi.yaml; default this checkout. */
  readonly workDir?: string;
  /** Environment of the engine beside the process's own: PATH, PULUMI_HOME, PULUMI_BACKEND_URL, KUBECONFIG … */
  readonly env?: Readonly<Record<string, string>>;
  /** Stack file to use in place of Pulumi.<stack>.yaml; the engine writes its encryption salt there. */
  readonly configFile?: string;
  /** Make the stack where it does not exist; default false, so that a typo makes nothing. */
  readonly create?: boolean;
}

/** The CLI that the environment's PATH leads to; the Automation API on its own looks at this process's PATH alone. */
async function command(path: string): Promise<PulumiCommand> {
  const executable = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  const folder = path.split(delimiter).find((entry) => entry !== "" && existsSync(join(entry, executable)));
  return folder !== undefined && basename(folder) === "bin"
    ? PulumiCommand.get({ root: dirname(folder) })
    : PulumiCommand.get();
}

/** `stack init` writes the salt into the stack file beside Pulumi.yaml; a scratch project keeps it out of the checkout. */
async function createAside(stack: string, workDir: string, options: LocalWorkspaceOptions): Promise<void> {
  const project = parse(readFileSync(join(workDir, "Pulumi.yaml"), "utf8")) as { name: string };
  const scratch = mkdtempSync(join(tmpdir(), "kafka-platform-stack-"));
  try {
    writeFileSync(join(scratch, "Pulumi.yaml"), `name: ${project.name}\nruntime: nodejs\n`);
    await LocalWorkspace.createStack({ stackName: stack, workDir: scratch }, options);
  } catch (error) {
    if (!(error instanceof StackAlreadyExistsError)) throw error;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The stack by this name, ready for operations. */
export async function openStack(name: string, options: EngineOptions): Promise<Stack> {
  const workDir = options.workDir ?? PROJECT_ROOT;
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", NODE_NO_WARNINGS: "1", ...options.env };
  const workspace: LocalWorkspaceOptions = {
    workDir,
    envVars: env,
    pulumiCommand: await command(options.env?.["PATH"] ?? process.env["PATH"] ?? ""),
  };
  const args = { stackName: name, workDir };
  try {
    return await LocalWorkspace.selectStack(args, workspace);
  } catch (error) {
    if (!(error instanceof NoStack) || options.create !== true) throw error;
  }
  if (options.configFile === undefined) return LocalWorkspace.createStack(args, workspace);
  await createAside(name, workDir, workspace);
  return LocalWorkspace.selectStack(args, workspace);
}
