import { createHash, createHmac } from "node:crypto";

/** What signs requests to Amazon. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | null;
}

export interface SignableRequest {
  method: string;
  url: string;
  /** Names in any case. */
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

export interface SigningScope {
  region: string;
  service: string;
  /** Milliseconds since the epoch. */
  now: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";

/**
 * The headers of a request with an AWS signature, version 4. Signed are the host, the content's type and every `x-amz-*`
 * header; others may be changed on the way.
 */
export function signAws(request: SignableRequest, keys: AwsKeys, scope: SigningScope): Record<string, string> {
  const url = new URL(request.url);
  const timestamp = new Date(scope.now).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = timestamp.slice(0, 8);
  const bodyHash = sha256(request.body);
  const added: Record<string, string> = {
    "x-amz-date": timestamp,
    ...(keys.sessionToken === null ? {} : { "x-amz-security-token": keys.sessionToken }),
  };
  const sent = { ...request.headers, ...added };
  const signed = new Map<string, string>([["host", url.host]]);
  for (const [name, value] of Object.entries(sent)) {
    const lower = name.toLowerCase();
    if (lower === "content-type" || lower.startsWith("x-amz-")) signed.set(lower, value.trim().replace(/ +/g, " "));
  }
  const names = [...signed.keys()].sort();
  const canonical = [
    request.method,
    canonicalPath(url),
    canonicalQuery(url),
    ...names.map(name => `${name}:${signed.get(name) ?? ""}`),
    "",
    names.join(";"),
    bodyHash,
  ].join("\n");
  const credentialScope = `${day}/${scope.region}/${scope.service}/aws4_request`;
  const toSign = [ALGORITHM, timestamp, credentialScope, sha256(canonical)].join("\n");
  const key = [day, scope.region, scope.service, "aws4_request"].reduce<Buffer | string>(
    (secret, part) => hmac(secret, part),
    `AWS4${keys.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString("hex");
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${keys.accessKeyId}/${credentialScope}, SignedHeaders=${names.join(";")}, Signature=${signature}`,
  };
}

function canonicalPath(url: URL): string {
  return url.pathname
    .split("/")
    .map(part => encoded(decodeURIComponent(part)))
    .join("/");
}

function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Percent-encoding of everything that is not unreserved (RFC 3986). */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
