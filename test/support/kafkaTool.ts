/** Kafka's own tools in a broker's pod, with the login that operators have there. */
import type { PlatformUnderTest } from "./platformUnderTest.ts";

const ACCESS = ["--bootstrap-server", "localhost:9092", "--command-config", "/etc/kafka-platform/admin.properties"];

/** What the tool (`kafka-topics.sh`) wrote; fails with that where the tool failed. */
export async function kafkaTool(platform: PlatformUnderTest, tool: string, ...args: string[]): Promise<string> {
  const { code, output } = await platform.pods.exec("kafka-0", [`/opt/kafka/bin/${tool}`, ...ACCESS, ...args]);
  if (code !== 0) throw new Error(`${tool} ${args.join(" ")} ended with ${code}: ${output}`);
  return output;
}
