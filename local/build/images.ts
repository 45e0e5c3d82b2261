import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { cacheKey, type Progress } from "../cache.ts";
import { LocalError } from "../errors.ts";
import { imagePackages, installPackages } from "../host.ts";
import { run } from "../run.ts";
import { imageNames, versions } from "../versions.ts";
import { type Image, type Layer, makeLayer } from "./archive.ts";
import { buildGoTools } from "./go.ts";
import { kafkaFiles } from "./launchers.ts";
import { type Artifact, fetchJars } from "./maven.ts";
import { zookeeperArtifacts, zookeeperFiles, zookeeperHome } from "./zookeeper.ts";

/** What is in the Debian root that all images share. */
const debianPackages = ["openjdk-17-jre-headless", "ca-certificates", "netbase", "procps"];

/** What only takes room in an image. */
const unneeded = [
  "./dev/*",
  "./proc/*",
  "./sys/*",
  "./tmp/*",
  "./var/cache/*",
  "./var/lib/apt/lists/*",
  "./var/log/*",
].concat(["doc", "man", "info", "locale", "i18n", "bash-completion"].map((folder) => `./usr/share/${folder}/*`));

/** Logging libraries that a release needs and its Maven dependencies leave out. */
const loggingJars = (version: string): Artifact[] =>
  version.startsWith("3.")
    ? [["org.slf4j", "slf4j-reload4j", "1.7.36"]]
    : [
        ["org.apache.logging.log4j", "log4j-slf4j-impl", "2.25.4"],
        ["org.apache.logging.log4j", "log4j-core", "2.25.4"],
      ];

const path = (first: string): string => `PATH=${first}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** Makes the images that the cache lacks. Needs root, debootstrap, Maven and Go. */
export async function buildImages(cache: string, progress: Progress): Promise<Image[]> {
  const layers = join(cache, "images");
  const place = (name: string, version: string, recipe: unknown): Layer =>
    join(layers, cacheKey(name, version, recipe));
  const log = join(cache, "images.log");
  mkdirSync(layers, { recursive: true });

  const pauseProgram = join(await buildGoTools(cache, "pause", progress), "pause");
  const pause = await makeLayer(place("pause", versions.pause, basename(dirname(dirname(pauseProgram)))), (root) => {
    cpSync(pauseProgram, join(root, "pause"));
    return Promise.resolve();
  });

  const debian = await makeLayer(
    place("debian", versions.debian, [debianPackages, unneeded]),
    async (root) => {
      progress(`making the Debian ${versions.debian} root of the images (debootstrap)`);
      await installPackages(imagePackages, log, progress);
      const wanted = `--include=${debianPackages.join(",")}`;
      await run("nice", ["debootstrap", "--variant=minbase", wanted, versions.debian, root], { log });
    },
    unneeded,
  );

  const images: Image[] = [{ name: imageNames.pause, layers: [pause], config: { Entrypoint: ["/pause"] } }];
  for (const version of versions.kafka) {
    const files = kafkaFiles(version);
    const jars = loggingJars(version);
    const kafka = await makeLayer(place("kafka", version, [files, jars, basename(debian)]), async (root) => {
      progress(`making the image of Kafka ${version} (Maven)`);
      await installPackages(imagePackages, log, progress);
      addUser(root, "appuser");
      await addKafka(root, version, files, log);
    });
    images.push({
      name: imageNames.kafka(version),
      layers: [debian, kafka],
      config: { Env: [path("/opt/kafka/bin:")], User: "appuser", WorkingDir: "/", Cmd: ["kafka-server-start.sh"] },
    });
  }

  for (const version of versions.zookeeper) {
    const artifacts = zookeeperArtifacts(version);
    const recipe = [zookeeperFiles, artifacts, basename(debian)];
    const zookeeper = await makeLayer(place("zookeeper", version, recipe), async (root) => {
      progress(`making the image of ZooKeeper ${version} (Maven)`);
      await installPackages(imagePackages, log, progress);
      addUser(root, "zookeeper");
      await addZooKeeper(root, version, artifacts, log);
    });
    const home = zookeeperHome(version);
    images.push({
      name: imageNames.zookeeper(version),
      layers: [debian, zookeeper],
      config: {
        Env: [path(`${home}/bin:`), "ZOOCFGDIR=/conf"],
        WorkingDir: home,
        Cmd: ["zkServer.sh", "start-foreground"],
      },
    });
  }

  const node = await makeLayer(place("node", versions.node, basename(debian)), (root) => {
    progress(`making the image of Node.js ${versions.node}`);
    addUser(root, "node");
    mkdirSync(join(root, "usr/local/bin"), { recursive: true });
    cpSync(nodeProgram(), join(root, "usr/local/bin/node"));
    return Promise.resolve();
  });
  images.push({
    name: imageNames.node,
    layers: [debian, node],
    config: { Env: [path(""), `NODE_VERSION=${versions.node}`], WorkingDir: "/", Cmd: ["node"] },
  });
  return images;
}

/** The Node.js program that npm's package `node` installed in this project, of the version that the image promises. */
function nodeProgram(): string {
  const manifest = createRequire(import.meta.url).resolve("node/package.json");
  const found = String((JSON.parse(readFileSync(manifest, "utf8")) as { version: unknown }).version);
  const program = join(dirname(manifest), "bin/node");
  if (found === versions.node && existsSync(program)) return program;
  throw new LocalError(
    `The Node.js image is made of npm's package node@${versions.node}; found ${found}. Run \`npm ci\`.`,
  );
}

/** User and group 1000, as the official images have, on top of Debian's own. */
function addUser(root: string, name: string): void {
  mkdirSync(join(root, "etc"));
  mkdirSync(join(root, "home", name), { recursive: true });
  const system = ["root:x:0:0:root:/root:/bin/bash", "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin"];
  writeFileSync(join(root, "etc/passwd"), [...system, `${name}:x:1000:1000::/home/${name}:/bin/bash`, ""].join("\n"));
  writeFileSync(join(root, "etc/group"), ["root:x:0:", "nogroup:x:65534:", `${name}:x:1000:`, ""].join("\n"));
}

async function addKafka(root: string, version: string, files: Record<string, string>, log: string): Promise<void> {
  const home = join(root, "opt/kafka");
  writeInstallation(home, files);
  const artifacts: Artifact[] = [
    ["org.apache.kafka", "kafka_2.13", version],
    ["org.apache.kafka", "kafka-tools", version],
    ...loggingJars(version),
  ];
  await fetchJars(artifacts, join(home, "libs"), log);
  for (const folder of ["var/lib/kafka/data", "etc/kafka/secrets", "etc/kafka/docker", "mnt/shared/config"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  await own(home, join(root, "var/lib/kafka"), join(root, "etc/kafka"), join(root, "mnt/shared"));
}

async function addZooKeeper(root: string, version: string, artifacts: readonly Artifact[], log: string): Promise<void> {
  const home = join(root, zookeeperHome(version));
  writeInstallation(home, zookeeperFiles);
  await fetchJars(artifacts, join(home, "lib"), log);
  const folders = ["conf", "data", "datalog", "logs"].map((folder) => join(root, folder));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  await own(...folders);
}

/** Writes files below a folder; those in its `bin` can be run. */
function writeInstallation(home: string, files: Readonly<Record<string, string>>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), content);
    if (file.startsWith("bin/")) chmodSync(join(home, file), 0o755);
  }
}

const own = (...folders: string[]): Promise<string> => run("chown", ["-R", "1000:1000", ...folders]);
