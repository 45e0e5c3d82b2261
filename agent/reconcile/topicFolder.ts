/** The desired topics: one file a topic in a mounted ConfigMap. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTopicFile, type TopicSpec } from "../../kafka/topicFile.ts";

/**
 * Reads every topic of a folder. Entries such as `..data`, which the kubelet makes to swap a ConfigMap at once, are not
 * topics.
 * @throws Error that holds the problems of all files, one a line
 */
export function readTopicFolder(folder: string): TopicSpec[] {
  const problems: string[] = [];
  const topics = readdirSync(folder)
    .filter((name) => !name.startsWith(".."))
    .sort()
    .flatMap((name) => {
      try {
        return [parseTopicFile(name, readFileSync(join(folder, name), "utf8"))];
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error));
        return [];
      }
    });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return topics;
}
