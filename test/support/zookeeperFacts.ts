/** What members of a ZooKeeper ensemble say of themselves, and who is connected to them. */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type Pods, until } from "./kube.ts";

/** A member's answer to a four-letter word. */
export async function word(host: string, asked: string): Promise<string> {
  const socket = connect(2181, host);
  socket.end(asked);
  return text(socket);
}

/** The same, asked inside the member's own pod. */
export async function ask(pods: Pods, member: number, asked: string): Promise<string> {
  const script = `exec 3<>/dev/tcp/127.0.0.1/2181; echo ${asked} >&3; cat <&3`;
  return (await pods.exec(`zookeeper-${member}`, ["bash", "-c", script])).output;
}

/** Ordinal of the member that leads, once one does. */
export async function leader(pods: Pods, members: number): Promise<number> {
  const found = await until("a member leads", 60, async () => {
    for (let member = 0; member < members; member++) {
      const answer = await ask(pods, member, "srvr").catch(() => "");
      if (answer.includes("Mode: leader")) return { member };
    }
    return false;
  });
  return found.member;
}

/** `01` of /proc/net/tcp: both sides know of the connection. */
const ESTABLISHED = "01";

/** IPv4 addresses whose connections to a port of a pod are open, as its kernel lists them (proc(5)). */
export async function acceptedFrom(pods: Pods, pod: string, port: number): Promise<string[]> {
  const { output } = await pods.exec(pod, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]);
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return output.split("\n").flatMap((line) => {
    const [, local = "", remote = "", state] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED || !local.endsWith(`:${wanted}`)) return [];
    // The last word of an address, lowest byte first; an IPv4 address in IPv6 ends in it.
    const [hex = ""] = remote.split(":");
    return [[6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(-8).slice(at, at + 2), 16)).join(".")];
  });
}
