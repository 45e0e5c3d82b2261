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

/**
 * `stack init` writes the salt into the stack file beside Pulumi.yaml; a scratch project keeps it out of the checkout.
 * @returns false where somebody else made the stack meanwhile
 */
async function createAside(stack: string, workDir: string, options: LocalWorkspaceOptions): Promise<boolean> {
  const project = parse(readFileSync(join(workDir, "Pulumi.yaml"), "utf8")) as { name: string };
  const scratch = mkdtempSync(join(tmpdir(), "kafka-platform-stack-"));
  try {
    writeFileSync(join(scratch, "Pulumi.yaml"), `name: ${project.name}\nruntime: nodejs\n`);
    await LocalWorkspace.createStack({ stackName: stack, workDir: scratch }, options);
    return true;
  } catch (error) {
    if (!(error instanceof StackAlreadyExistsError)) throw error;
    return false;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export interface OpenedStack {
  readonly stack: Stack;
  /** Whether it was made just now: it has no resources that a plan could take away. */
  readonly isNew: boolean;
}

/** The stack by this name, ready for operations. */
export async function openStack(name: string, options: EngineOptions): Promise<OpenedStack> {
  const workDir = options.workDir ?? PROJECT_ROOT;
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", NODE_NO_WARNINGS: "1", ...options.env };
  const workspace: LocalWorkspaceOptions = {
    workDir,
    envVars: env,
    pulumiCommand: await command(options.env?.["PATH"] ?? process.env["PATH"] ?? ""),
  };
  const args = { stackName: name, workDir };
  try {
    return { stack: await LocalWorkspace.selectStack(args, workspace), isNew: false };
  } catch (error) {
    if (!(error instanceof NoStack) || options.create !== true) throw error;
  }
  if (options.configFile === undefined) {
    return { stack: await LocalWorkspace.createStack(args, workspace), isNew: true };
  }
  const isNew = await createAside(name, workDir, workspace);
  return { stack: await LocalWorkspace.selectStack(args, workspace), isNew };
}
