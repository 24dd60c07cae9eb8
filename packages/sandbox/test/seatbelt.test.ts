import {
  type FileSystemSandboxEntry,
  globEntry,
  type NetworkSandboxPolicy,
  pathEntry,
  type PermissionProfile,
  specialEntry,
} from "@codex-ts/permissions";
import { describe, expect, it } from "vitest";
import { globToSeatbeltRegex } from "../src/macos/glob-regex.ts";
import { seatbeltArguments, type SeatbeltOptions, seatbeltProfile } from "../src/macos/seatbelt.ts";
import { resolvePolicy } from "../src/policy/resolve.ts";
import { fakeFs } from "./support/fake-fs.ts";

const W = "/Users/me/work";
const fs = fakeFs({ directories: [`${W}/.git`, "/private/var/data", "/opt/k"], links: { "/var": "/private/var" } });
const ctx = { cwd: W, fs };

function profile(
  entries: FileSystemSandboxEntry[] | null,
  network: NetworkSandboxPolicy = "restricted",
  options: SeatbeltOptions = {},
) {
  const permissions: PermissionProfile = {
    type: "managed",
    file_system: entries === null ? { type: "unrestricted" } : { type: "restricted", entries },
    network,
  };
  const { policy, parameters } = seatbeltProfile({ policy: resolvePolicy(permissions, ctx), fs, ...options });
  const extra = policy.slice(policy.indexOf('(allow file-ioctl (regex #"^/dev/ttys')).split("\n").slice(1);
  return { text: policy, lines: extra, parameters: Object.fromEntries(parameters) };
}

const root = (access: "read" | "write") => specialEntry({ kind: "root" }, access);
const workspace = specialEntry({ kind: "project_roots" }, "write");

describe("the Seatbelt profile (section 8)", () => {
  it("starts from denying everything, and its parentheses close", () => {
    const { text } = profile([root("read")]);
    expect(text.startsWith("(version 1)\n(deny default)\n")).toBe(true);
    expect(text.split("(").length).toBe(text.split(")").length);
  });

  it("read-only reads everything, writes nothing, reaches nothing", () => {
    expect(profile([root("read")]).lines).toEqual(["(allow file-read*)"]);
  });

  it("a writable root leaves out its read-only parts, each as itself and with what lies below", () => {
    const { lines, parameters } = profile([root("read"), workspace]);
    expect(lines).toEqual([
      "(allow file-read*)",
      "(allow file-write*",
      '(require-all (subpath (param "WRITABLE_ROOT_0")) (require-not (literal (param "WRITABLE_ROOT_0_EXCLUDED_0"))) (require-not (subpath (param "WRITABLE_ROOT_0_EXCLUDED_0"))) (require-not (literal (param "WRITABLE_ROOT_0_EXCLUDED_1"))) (require-not (subpath (param "WRITABLE_ROOT_0_EXCLUDED_1")))))',
    ]);
    expect(parameters).toEqual({
      WRITABLE_ROOT_0: W,
      WRITABLE_ROOT_0_EXCLUDED_0: `${W}/.git`,
      WRITABLE_ROOT_0_EXCLUDED_1: `${W}/.codex`,
    });
  });

  it("full write writes everything", () => {
    expect(profile(null).lines).toEqual(["(allow file-read*)", '(allow file-write* (regex #"^/"))']);
  });

  it("hidden roots are left out of what may be read", () => {
    const { lines, parameters } = profile([root("read"), pathEntry("/opt/k", "none")]);
    expect(lines[1]).toContain('(require-not (subpath (param "READABLE_ROOT_0_EXCLUDED_0")))');
    expect(parameters).toEqual({ READABLE_ROOT_0: "/", READABLE_ROOT_0_EXCLUDED_0: "/opt/k" });
  });

  it("roots are named by where they really are", () => {
    expect(profile([pathEntry("/var/data", "read")]).parameters).toEqual({ READABLE_ROOT_0: "/private/var/data" });
  });

  it("platform folders come with :minimal alone", () => {
    expect(profile([specialEntry({ kind: "minimal" }, "read")]).text).toContain('(subpath "/usr/lib")');
    expect(profile([pathEntry("/opt/k", "read")]).text).not.toContain('(subpath "/usr/lib")');
  });

  it("deny globs are denied by name, in both spellings of their folder", () => {
    const { text } = profile([root("read"), globEntry("/var/**/*.env")]);
    for (const folder of ["/var", "/private/var"]) {
      expect(text).toContain(`(deny file-read* (regex #"^${folder}/(.*/)?[^/]*\\.env$"))`);
      expect(text).toContain(`(deny file-write-unlink (regex #"^${folder}/(.*/)?[^/]*\\.env$"))`);
    }
  });

  it("paths never become part of the text", () => {
    const evil = '/opt/x")) (allow default) ((literal "';
    const { text, parameters } = profile([root("read"), pathEntry(evil, "write")]);
    expect(text).not.toContain("allow default");
    expect(Object.values(parameters)).toContain(evil);
  });
});

describe("the network of the Seatbelt profile", () => {
  const network = (policy: NetworkSandboxPolicy, options: SeatbeltOptions = {}) =>
    profile([root("read")], policy, options).lines.slice(1);

  it("is closed by default", () => {
    expect(network("restricted")).toEqual([]);
  });

  it("is open when enabled, with what name resolution needs", () => {
    const lines = network("enabled", { userCacheDir: "/private/var/folders/x/C" });
    expect(lines.slice(0, 2)).toEqual(["(allow network-outbound)", "(allow network-inbound)"]);
    expect(lines.join("\n")).toMatch(/trustd.*DARWIN_USER_CACHE_DIR/s);
  });

  it("leads to the proxy alone when there is one", () => {
    const lines = network("enabled", { proxyPorts: [43128, 8081] });
    expect(lines).toContain('(allow network-outbound (remote ip "localhost:43128"))');
    expect(lines).toContain('(allow network-outbound (remote ip "localhost:8081"))');
    expect(lines).not.toContain("(allow network-outbound)");
  });

  it.each([{ proxyConfigured: true }, { managedNetwork: true }])("fails closed with %j and no usable port", options => {
    expect(network("enabled", options).join("\n")).not.toContain("network-outbound");
  });

  it("lets commands bind locally when allowed", () => {
    const lines = network("enabled", { proxyPorts: [1], allowLocalBinding: true });
    expect(lines).toContain('(allow network-bind (local ip "*:*"))');
    expect(lines).toContain('(allow network-outbound (remote ip "*:53"))');
  });

  it("opens the named unix sockets, sorted, each once", () => {
    const { lines, parameters } = profile([root("read")], "restricted", { allowUnixSockets: ["/b", "/a", "/b"] });
    expect(parameters).toEqual({ UNIX_SOCKET_PATH_0: "/a", UNIX_SOCKET_PATH_1: "/b" });
    expect(lines).toContain('(allow network-outbound (remote unix-socket (subpath (param "UNIX_SOCKET_PATH_1"))))');
  });
});

describe("a deny glob as a regular expression", () => {
  it.each([
    ["/a/*.env", "^/a/[^/]*\\.env$"],
    ["/a/**/k?", "^/a/(.*/)?k[^/]$"],
    ["/a/**", "^/a/.*$"],
    ["/a/[!x]b", "^/a/[^x]b$"],
    ["/a/[xy", "^/a/\\[xy(/.*)?$"],
    ["/a/plain+(1)", "^/a/plain\\+\\(1\\)(/.*)?$"],
  ])("%s -> %s", (glob, regex) => {
    expect(globToSeatbeltRegex(glob)).toBe(regex);
    expect(() => new RegExp(regex)).not.toThrow();
  });
});

it("the command line is sandbox-exec's", () => {
  expect(seatbeltArguments("P", [["A", "/x"]], ["ls", "-l"])).toEqual(["-p", "P", "-DA=/x", "--", "ls", "-l"]);
});
