/** What a log says of an authorizer's decisions, in one form for both authorizers and without times, hosts and rules. */

const DECISION =
  /^\[[^\]]+\] \w+ Principal = User:(\S+) is (\w+) operation = (\w+) from host = \S+ on resource = (.+) for request = (\w+)/i;

/** A line each: `<user> <Allowed|Denied> <operation> <resource> <request>` */
export function decisionsIn(log: string): string[] {
  return log.split("\n").flatMap((line) => {
    const [, user, result, operation = "", ...rest] = DECISION.exec(line) ?? [];
    // The authorizer for ZooKeeper writes AlterConfigs for ALTER_CONFIGS.
    const plain = operation.replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
    return user === undefined ? [] : [[user, result, plain, ...rest].join(" ")];
  });
}
