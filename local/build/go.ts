import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheKey, once, type Progress } from "../cache.ts";
import { LocalError } from "../errors.ts";
import { goProblem, goVersion } from "../host.ts";
import { run } from "../run.ts";
import { versions } from "../versions.ts";

/** A set of programs that are built together from one Go module. */
export interface GoTools {
  /** Module path and version; empty for a program without dependencies. */
  module: string;
  version: string;
  /** Import paths of the main packages; `.` for a main of our own in `build/<name>`. */
  packages: readonly string[];
  /** Linker flags `-X`, which set the version that a program shows. */
  variables?: readonly string[];
  /** Folder of the module → folder beside the programs that gets a copy of it. */
  copies?: Readonly<Record<string, string>>;
  /** Whether the module needs the `replace` lines of its own go.mod for the modules published with it. */
  staging?: boolean;
}

const kube = versions.kubernetes;

function kubernetesTools(...commands: string[]): GoTools {
  return {
    module: "k8s.io/kubernetes",
    version: kube,
    packages: commands.map((name) => `k8s.io/kubernetes/cmd/${name}`),
    variables: [
      `k8s.io/component-base/version.gitVersion=v${kube}`,
      `k8s.io/component-base/version.gitMajor=${kube.split(".")[0] ?? ""}`,
      `k8s.io/component-base/version.gitMinor=${kube.split(".")[1] ?? ""}`,
    ],
    staging: true,
  };
}

/** Every program that is built from source, by the name of its folder in the cache. */
export const goTools = {
  kubernetes: kubernetesTools("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
  kubectl: kubernetesTools("kubectl"),
  coredns: { module: "github.com/coredns/coredns", version: versions.coredns, packages: ["."] },
  "local-path-provisioner": {
    module: "github.com/rancher/local-path-provisioner",
    version: versions.localPathProvisioner,
    packages: ["github.com/rancher/local-path-provisioner"],
  },
  "cert-manager": {
    module: "github.com/cert-manager/cert-manager",
    version: versions.certManager,
    packages: ["."],
    copies: { "deploy/crds": "crds" },
  },
  /** For the tests alone: evaluates network policies. */
  cyclonus: { module: "github.com/mattfenwick/cyclonus", version: versions.cyclonus, packages: ["."] },
  pause: { module: "", version: versions.pause, packages: ["."] },
  pulumi: {
    module: "github.com/pulumi/pulumi/pkg/v3",
    version: versions.pulumi,
    packages: ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
    variables: [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`],
  },
  "pulumi-language-nodejs": {
    module: "github.com/pulumi/pulumi/sdk/v3",
    version: versions.pulumiLanguageHost,
    packages: ["github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"],
  },
} satisfies Record<string, GoTools>;

/** Name of a set of programs. */
export type GoToolsName = keyof typeof goTools;

/** Folder of a set's programs in the cache: its name holds the version and changes with the recipe. */
export function goToolsFolder(cache: string, name: GoToolsName): string {
  const tools: GoTools = goTools[name];
  const source = tools.packages[0] === "." ? readFileSync(mainFile(name), "utf8") : "";
  return join(cache, "tools", cacheKey(name, tools.version, { ...tools, source }), "bin");
}

/**
 * Builds a set of programs unless the cache has it.
 *
 * @returns the folder that holds the programs
 * @throws LocalError when there is no Go of the right version, or the build fails
 */
export async function buildGoTools(cache: string, name: GoToolsName, progress: Progress): Promise<string> {
  const bin = goToolsFolder(cache, name);
  const tools: GoTools = goTools[name];
  await once(join(bin, ".."), async (folder) => {
    const problem = goProblem(await goVersion());
    if (problem !== undefined) throw new LocalError(`${name} ${tools.version} is built from source. ${problem}`);
    progress(`building ${name} ${tools.version}`);
    const source = join(folder, "source");
    mkdirSync(source);
    writeFileSync(join(source, "go.mod"), await goModule(name, tools));
    if (tools.packages[0] === ".") cpSync(mainFile(name), join(source, "main.go"));
    const flags = ["-s", "-w", ...(tools.variables ?? []).map((variable) => `-X ${variable}`)].join(" ");
    const output = join(folder, "bin");
    mkdirSync(output);
    let count = 0;
    let shown = Date.now();
    await run(
      "nice",
      ["go", "build", "-v", "-mod=mod", "-trimpath", "-ldflags", flags, "-o", `${output}/`, ...tools.packages],
      {
        cwd: source,
        env: { ...process.env, CGO_ENABLED: "0" },
        onLine: (line) => {
          if (!line.startsWith("go: ")) count += 1;
          if (Date.now() - shown < 5000) return;
          shown = Date.now();
          progress(`building ${name} ${tools.version}: ${count} packages, now ${line}`);
        },
      },
    );
    for (const [from, to] of Object.entries(tools.copies ?? {})) {
      cpSync(join((await download(tools)).Dir, from), join(folder, to), { recursive: true });
    }
  });
  return bin;
}

const mainFile = (name: string): string => join(import.meta.dirname, name, "main.go");

/** The go.mod of a build: our own module name, the tools' module, and the replacements it asks its users to repeat. */
async function goModule(name: string, tools: GoTools): Promise<string> {
  const lines = [`module kafka-platform-local/${name}`, "go 1.25.0"];
  if (tools.module !== "") lines.push(`require ${tools.module} v${tools.version}`);
  if (tools.staging === true) {
    lines.push(...stagingReplacements(readFileSync((await download(tools)).GoMod, "utf8"), tools.version));
  }
  return `${lines.join("\n")}\n`;
}

/** Where Go keeps the module: its folder, and its go.mod. */
async function download({ module, version }: GoTools): Promise<{ readonly Dir: string; readonly GoMod: string }> {
  return JSON.parse(await run("go", ["mod", "download", "-json", `${module}@v${version}`])) as {
    Dir: string;
    GoMod: string;
  };
}

/**
 * The `replace` lines that stand for those of Kubernetes' own go.mod: each staging folder is published as a module whose
 * minor and patch are Kubernetes', with major 0.
 */
export function stagingReplacements(goMod: string, version: string): string[] {
  const published = `v0.${version.split(".").slice(1).join(".")}`;
  return [...goMod.matchAll(/^\s*(?:replace )?(k8s\.io\/[\w.-]+) => \.\/staging\//gm)].map(
    ([, module]) => `replace ${module ?? ""} => ${module ?? ""} ${published}`,
  );
}
