import { realpath } from "node:fs/promises";
import path from "node:path";
import type { CompiledPolicy } from "./policy/compile.ts";

/** Where the platform lets a proxy reach unix sockets for its clients. */
export function unixSocketsSupported(platform: NodeJS.Platform): boolean {
  return platform === "darwin";
}

/** Whether a socket is on the allowlist: by its very path, or once both are followed to where they lead. Relative paths never are. */
export async function isSocketAllowed(
  { policy, allowedSockets }: CompiledPolicy,
  socket: string,
  canonicalize: (file: string) => Promise<string | null> = canonical,
): Promise<boolean> {
  if (!path.isAbsolute(socket)) return false;
  if (policy.dangerouslyAllowAllUnixSockets || allowedSockets.includes(socket)) return true;
  const real = await canonicalize(socket);
  if (real === null) return false;
  for (const allowed of allowedSockets) if ((await canonicalize(allowed)) === real) return true;
  return false;
}

async function canonical(file: string): Promise<string | null> {
  try {
    return await realpath(file);
  } catch {
    return null;
  }
}
