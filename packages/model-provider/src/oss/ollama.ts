import { isObject } from "../wire.ts";
import { ask, OssError, type OssServices, type PullProgress, rootOf } from "./server.ts";

/** Model of `--oss` with Ollama when none is named. */
export const OLLAMA_DEFAULT_MODEL = "gpt-oss:20b";
/** First version with the Responses API. */
const MINIMUM_VERSION = [0, 13, 4] as const;

/**
 * Makes sure that Ollama runs, is new enough and has the model; pulls the model when it is missing.
 * @throws {OssError} it does not run, is too old, or the pull fails
 */
export async function ensureOllamaModel(
  services: OssServices,
  model: string,
  onProgress: (progress: PullProgress) => void = () => {},
): Promise<{ pulled: boolean }> {
  const root = rootOf(services.baseUrl);
  const tags = await ask(services, `${root}/api/tags`);
  if (tags === null || !tags.ok) {
    throw new OssError(
      "server_down",
      `No running Ollama server at ${root}. Install it from https://ollama.com and start it with \`ollama serve\`.`,
    );
  }
  await checkVersion(services, root);
  if (namesIn(await tags.json().catch(() => null)).some(name => sameModel(name, model))) return { pulled: false };
  await pull(services, root, model, onProgress);
  return { pulled: true };
}

function namesIn(json: unknown): string[] {
  const models = isObject(json) ? json.models : undefined;
  if (!Array.isArray(models)) return [];
  return models.flatMap((entry: unknown) => (isObject(entry) && typeof entry.name === "string" ? [entry.name] : []));
}

function sameModel(name: string, wanted: string): boolean {
  return name === wanted || name === `${wanted}:latest`;
}

async function checkVersion(services: OssServices, root: string): Promise<void> {
  const answer = await ask(services, `${root}/api/version`);
  const json: unknown = answer?.ok ? await answer.json().catch(() => null) : null;
  const text = isObject(json) && typeof json.version === "string" ? json.version.trim().replace(/^v/, "") : "";
  const match = /^(\d+)\.(\d+)\.(\d+)(-)?/.exec(text);
  if (match === null) return;
  const parts = match.slice(1, 4).map(Number);
  // A build from source; like an answer without a version, it says nothing.
  if (parts.every(part => part === 0)) return;
  const distance = parts.map((part, index) => part - MINIMUM_VERSION[index]!).find(part => part !== 0) ?? 0;
  const isPrerelease = match[4] !== undefined;
  if (distance > 0 || (distance === 0 && !isPrerelease)) return;
  throw new OssError(
    "unexpected_answer",
    `Ollama ${text} at ${root} is too old: ${MINIMUM_VERSION.join(".")} or later is needed. Update it from https://ollama.com.`,
  );
}

async function pull(
  services: OssServices,
  root: string,
  model: string,
  onProgress: (progress: PullProgress) => void,
): Promise<void> {
  const failed = (why: string) => new OssError("pull_failed", `Ollama could not pull \`${model}\`: ${why}`);
  const { fetch, signal } = services;
  const response = await fetch(`${root}/api/pull`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model, stream: true }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw failed("the server does not answer");
  });
  if (!response.ok || response.body === null) throw failed(`the server answered ${response.status}`);
  const parts = new Map<string, { total: number; completed: number }>();
  for await (const line of linesOf(response.body)) {
    const event = parse(line);
    if (!isObject(event)) continue;
    if (typeof event.error === "string") throw failed(event.error);
    const status = typeof event.status === "string" ? event.status : "";
    if (typeof event.digest === "string" && typeof event.total === "number") {
      const completed = typeof event.completed === "number" ? event.completed : 0;
      parts.set(event.digest, { total: event.total, completed });
    }
    const sum = { total: 0, completed: 0 };
    for (const part of parts.values()) {
      sum.total += part.total;
      sum.completed += part.completed;
    }
    onProgress({ status, ...sum });
    if (status === "success") return;
  }
  throw failed("the download ended early");
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const text = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += text.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
