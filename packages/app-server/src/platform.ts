import { readFileSync } from "node:fs";
import os from "node:os";

export interface PlatformFacts {
  family: "unix" | "windows";
  os: "linux" | "macos" | "windows";
  /** As the user agent names it, for example `Debian`. */
  name: string;
  version: string;
  /** `x86_64`, `aarch64` ... */
  arch: string;
}

const ARCHES: Record<string, string> = { x64: "x86_64", arm64: "aarch64", ia32: "i686" };

/** What the handshake tells about this machine. */
export function platformFacts(): PlatformFacts {
  const arch = ARCHES[process.arch] ?? process.arch;
  if (process.platform === "win32")
    return { family: "windows", os: "windows", name: "Windows", version: os.release(), arch };
  if (process.platform === "darwin")
    return { family: "unix", os: "macos", name: "Mac OS", version: os.release(), arch };
  return { family: "unix", os: "linux", ...linuxRelease(), arch };
}

/** Name and version out of `os-release`; a version of one number is written with two points, as in `12.0.0`. */
function linuxRelease(): { name: string; version: string } {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    const field = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(text)?.[1];
    const name = field("NAME")?.split(" ")[0] || "Linux";
    return { name, version: threeParts(field("VERSION_ID") ?? "0") };
  } catch {
    return { name: "Linux", version: threeParts(os.release().split("-")[0] ?? "0") };
  }
}

function threeParts(version: string): string {
  const parts = version.split(".");
  while (parts.length < 3) parts.push("0");
  return parts.join(".");
}

/**
 * `<originator>/<version> (<os> <version>; <arch>[; <product>]) <terminal> (<client>; <version>)`: clients read the first
 * `x.y.z`. Written here, so that the handshake loads nothing else; what no header can carry becomes `_`.
 */
export function userAgent(
  platform: PlatformFacts,
  facts: {
    originator: string;
    version: string;
    product?: string;
    terminal?: string;
    client: { name: string; version: string };
  },
): string {
  const { originator, version, product, terminal = "unknown", client } = facts;
  const machine = `${platform.name} ${platform.version}; ${platform.arch}${product === undefined ? "" : `; ${product}`}`;
  const text = `${originator}/${version} (${machine}) ${terminal} (${client.name}; ${client.version})`;
  return text.replace(/[^\x20-\x7e]/g, "_");
}
