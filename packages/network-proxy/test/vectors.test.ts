import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import {
  askAlways,
  networkPolicy,
  NetworkProxySpec,
  type NetworkPolicyInput,
  type NetworkProxy,
  type NetworkRequirementsInput,
} from "../src/index.ts";
import { closeAll, connectTo, get, origin, proxyWith, socks } from "./support.ts";

interface Vector {
  id: number;
  domains: Record<string, "allow" | "deny"> | null;
  requirements?: NetworkRequirementsInput;
  mode?: "limited" | "full";
  request: string;
  status: number;
  reason?: string;
  header?: string;
  source?: string;
  decision?: string;
  text?: string;
}

const vectors = JSON.parse(readFileSync(new URL("vectors/requests.json", import.meta.url), "utf8")) as Record<
  "withUpstream" | "guarded" | "managed",
  Vector[]
>;

const hosts: Readonly<Record<string, string>> = { "corp.test": "192.168.7.7" };
const resolve = (host: string) => {
  const address = hosts[host];
  return address === undefined ? Promise.reject(new Error("no DNS here")) : Promise.resolve([address]);
};

afterEach(closeAll);

/** What a request got, in the terms of the vectors. */
async function outcome({ request }: Vector, proxy: NetworkProxy): Promise<object> {
  const [method = "", target = ""] = request.split(" ");
  if (method === "SOCKS") {
    const [host = "", port = "0"] = target.split(":");
    return { status: (await socks(proxy, host, Number(port))).code };
  }
  const answer = method === "CONNECT" ? await connectTo(proxy, target) : await get(proxy, target, method);
  const { status, headers, body } = answer;
  if (status === 200) return { status };
  const header = headers["x-proxy-error"];
  if (headers["content-type"] !== "application/json")
    return { status, header, type: headers["content-type"], text: body };
  const { reason, source, decision } = JSON.parse(body) as Record<string, string>;
  return { status, header, reason, source, decision };
}

function expected({ status, header, reason, text, source, decision }: Vector): object {
  if (reason !== undefined) {
    return { status, header, reason, source: source ?? "baseline_policy", decision: decision ?? "deny" };
  }
  return text === undefined ? { status } : { status, header, type: "text/plain", text };
}

function policyOf(vector: Vector, more: NetworkPolicyInput): NetworkPolicyInput {
  return { enabled: true, domains: vector.domains, mode: vector.mode, ...more };
}

describe("requests that go out through another proxy", () => {
  it.each(vectors.withUpstream)("vector $id: $request", async vector => {
    const upstream = await origin();
    const env = { HTTP_PROXY: `http://127.0.0.1:${upstream.port}` };
    const proxy = await proxyWith(policyOf(vector, { allowLocalBinding: true }), { parentEnv: () => env });
    expect(await outcome(vector, proxy)).toEqual(expected(vector));
    await expect.poll(() => upstream.seen.length).toBe(vector.status === 200 ? 1 : 0);
  });

  it("writes the JSON of vector 3 key by key", async () => {
    const proxy = await proxyWith({ enabled: true, allowLocalBinding: true, domains: { "svc.acme.io": "allow" } });
    expect((await get(proxy, "http://a.svc.acme.io/")).body).toBe(
      '{"status":"blocked","host":"a.svc.acme.io","reason":"not_allowed","decision":"deny","source":"baseline_policy","protocol":"http","port":80,"message":"Domain not in allowlist."}',
    );
  });
});

describe("requests on a machine without DNS, local addresses guarded", () => {
  it.each(vectors.guarded)("vector $id: $request", async vector => {
    expect(await outcome(vector, await proxyWith(policyOf(vector, {}), { resolve }))).toEqual(expected(vector));
  });
});

describe("requests under managed requirements", () => {
  it.each(vectors.managed)("vector $id: $request", async vector => {
    const upstream = await origin();
    const spec = new NetworkProxySpec({
      base: networkPolicy(policyOf(vector, { allowLocalBinding: true })),
      requirements: vector.requirements ?? null,
      sandbox: "read-only",
    });
    const { policy, constraints } = spec.state;
    const proxy = await proxyWith(policy, {
      constraints,
      resolve,
      parentEnv: () => ({ HTTP_PROXY: `http://127.0.0.1:${upstream.port}` }),
      ...(spec.asksByDefault ? { decide: askAlways } : {}),
    });
    expect(await outcome(vector, proxy)).toEqual(expected(vector));
  });
});
