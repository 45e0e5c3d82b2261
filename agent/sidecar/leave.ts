/** When the sidecar leaves after its pod was told to stop. */
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two looks whether the server is still there. */
const LOOK = 200;
/** Looks in a row that find it gone. */
const GONE = 3;
/** Looks within which the hook of the server's container has asked: it starts when this container is told to stop. */
const HOOK = 25;

/**
 * Resolves when nobody needs the sidecar any more. The kubelet tells all containers of a pod to stop at once: this one stays
 * until its server has gone, for the gate that the server's own stop asks at first, and for peers that look whose turn it is.
 * @param serving rejects where that cannot be told: a server that is too busy to answer has not gone
 * @param asked whether the gate was asked
 */
export async function untilGone(
  serving: () => Promise<boolean>,
  asked: () => boolean,
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<void> {
  let gone = 0;
  for (let looks = 0; gone < GONE || (looks < HOOK && !asked()); looks += 1) {
    await pause(LOOK);
    const there = await serving().catch(() => true);
    gone = there ? 0 : gone + 1;
  }
}
