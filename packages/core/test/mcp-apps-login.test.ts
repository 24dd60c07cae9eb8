import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { login, turnWithApps } from "./apps-stage.ts";
import { outputs } from "./harness.ts";

const tokenOf = (auth: string): string =>
  (JSON.parse(auth) as { tokens: { access_token: string } }).tokens.access_token;
const [NEW, NEWER] = [login("pro", "r2", "new"), login("pro", "r3", "newer")];

/** Who renews logins; without a reply it refuses. */
async function issuer(reply: object | null) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    asked.push(JSON.parse(body));
    const refusal = { error: { code: "refresh_token_expired" } };
    response.writeHead(reply === null ? 401 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(reply ?? refusal));
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, env: { CODEX_REFRESH_TOKEN_URL_OVERRIDE: `http://127.0.0.1:${port}/oauth/token` } };
}

const called = ({ apps }: Awaited<ReturnType<typeof turnWithApps>>) =>
  apps.requests
    .filter(({ body }) => (body as { method?: string } | null)?.method === "tools/call")
    .map(({ headers }) => String(headers["authorization"]).replace("Bearer ", ""));

describe("a login that ends while an app is called", () => {
  it("is read again, for another program may have renewed it", async () => {
    const { asked, env } = await issuer(null);
    const turn = await turnWithApps({
      calls: [{ name: "_create" }],
      env,
      meanwhile: (apps, home) => {
        apps.state.token = tokenOf(NEW);
        writeFileSync(join(home, "auth.json"), NEW);
      },
    });
    expect(called(turn)).toEqual([tokenOf(login("pro")), tokenOf(NEW)]);
    expect(asked).toEqual([]);
  });

  it("is renewed when it is the same as before, and kept", async () => {
    const { asked, env } = await issuer({ access_token: tokenOf(NEWER), refresh_token: "r3" });
    const turn = await turnWithApps({
      calls: [{ name: "_create" }],
      env,
      meanwhile: apps => void (apps.state.token = tokenOf(NEWER)),
    });
    expect(called(turn).at(-1)).toBe(tokenOf(NEWER));
    expect(asked).toMatchObject([{ grant_type: "refresh_token", refresh_token: "r" }]);
    const kept = await readFile(join(turn.world.home, "auth.json"), "utf8");
    expect(tokenOf(kept)).toBe(tokenOf(NEWER));
    expect(outputs(turn.world.server.requests.at(-1)!.body)["c0"]).toContain("no tool google_calendar_create");
  });

  it("and cannot be renewed fails the call alone, and no token is told", async () => {
    const { asked, env } = await issuer(null);
    const turn = await turnWithApps({
      calls: [{ name: "_create" }],
      env,
      meanwhile: apps => void (apps.state.token = "other"),
    });
    expect(asked).toHaveLength(1);
    expect(outputs(turn.world.server.requests.at(-1)!.body)["c0"]).toContain("Auth required");
    expect(turn.listening.events.at(-1)).toMatchObject({ params: { turn: { status: "completed" } } });
    expect(JSON.stringify([turn.listening.events, turn.world.server.requests.map(({ body }) => body)])).not.toContain(
      tokenOf(login("pro")),
    );
  });
});
