/** The folders of a node below one of a test's own. */
import { join } from "node:path";
import { NODE_PATHS, type NodePaths } from "../../kafka/paths.ts";

export const pathsIn = (root: string): NodePaths =>
  Object.fromEntries(Object.keys(NODE_PATHS).map((name) => [name, join(root, name)])) as unknown as NodePaths;
