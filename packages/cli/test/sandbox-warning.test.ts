import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Bench, finished } from "./support/cli.ts";
import { pathWithoutBwrap } from "./support/engines.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

/** Shakes hands with an app-server and gives the summaries of its first warnings, up to the answer of a late request. */
async function warnings(env: Record<string, string>): Promise<string[]> {
  const child = bench.start(["app-server"], { env });
  const done = finished(child);
  const send = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  send({ id: 1, method: "initialize", params: { clientInfo: { name: "t", title: null, version: "1" } } });
  const found: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { id?: number; method?: string; params?: { summary?: string } };
    if (message.id === 1) setTimeout(() => send({ id: 2, method: "model/list", params: {} }), 3000);
    if (message.method === "configWarning") found.push(message.params?.summary ?? "");
    if (message.id === 2 || found.length > 0) break;
  }
  child.stdin.end();
  await done;
  return found;
}

it("an app-server tells its clients when bubblewrap is missing", { timeout: 120_000 }, async () => {
  expect(await warnings({ PATH: pathWithoutBwrap() })).toEqual([
    expect.stringMatching(/^bubblewrap was not found on the PATH.*#prerequisites\..*codex-ts doctor/),
  ]);
});

it("and says nothing where commands are not confined", { timeout: 120_000 }, async () => {
  bench.config('sandbox_mode = "danger-full-access"\n');
  expect(await warnings({ PATH: pathWithoutBwrap() })).toEqual([]);
});
